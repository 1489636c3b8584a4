import QRCode from 'qrcode'
import { describe, expect, test } from 'vitest'
import { qrRows } from '#src/chat/qr.ts'

const URL = 'http://localhost:8080/link/1km2mome9mfy6ilvNARlGrb0EpzNIRKt'

describe('a QR code in a terminal', () => {
  test('is what the library draws itself', async () => {
    const drawn = await QRCode.toString(URL, { type: 'utf8', errorCorrectionLevel: 'L', margin: 2 })
    const rows = drawn.split('\n').map((row) => row.trimEnd())
    expect(qrRows(URL, 80, false).map((row) => row.trimEnd())).toEqual(rows)
  })

  test('is black on white where there are colours', () => {
    for (const row of qrRows(URL, 80, true)) expect(row).toMatch(/48;5;231m[ ▀▄█]+.\[0m$/u)
  })

  test('is left out where it does not fit', () => {
    expect(qrRows(URL, 30, false)).toEqual([])
  })
})
