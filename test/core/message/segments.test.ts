import fc from 'fast-check'
import { SegmentedMessage } from 'sms-segments-calculator'
import { describe, expect, test } from 'vitest'
import { plainForSms, smsSize } from '#core/message/segments.ts'

const GSM = '@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà^{}\\[~]|€\n'

describe('smsSize', () => {
  test.each([
    ['a'.repeat(160), 'gsm7', 1],
    ['a'.repeat(161), 'gsm7', 2],
    ['a'.repeat(306), 'gsm7', 2],
    ['a'.repeat(307), 'gsm7', 3],
    ['€'.repeat(80), 'gsm7', 1],
    ['€'.repeat(81), 'gsm7', 2],
    ['中'.repeat(70), 'ucs2', 1],
    ['中'.repeat(71), 'ucs2', 2],
    ['中'.repeat(134), 'ucs2', 2],
    ['😀'.repeat(35), 'ucs2', 1],
    ['😀'.repeat(36), 'ucs2', 2],
  ] as const)('counts %# as the networks do', (text, encoding, segments) => {
    expect(smsSize(text)).toEqual({ encoding, segments })
  })

  test('agrees with an independent calculator on GSM-7, its extension and UCS-2', () => {
    const gsm = fc.string({ unit: fc.constantFrom(...GSM), minLength: 1, maxLength: 500 })
    const ucs2 = fc.string({
      unit: fc.constantFrom('中', '文', 'a', ' ', '😀', 'д', '，'),
      minLength: 1,
      maxLength: 250,
    })
    fc.assert(
      fc.property(fc.oneof(gsm, ucs2), (text) => {
        const other = new SegmentedMessage(text)
        expect(smsSize(text)).toEqual({
          encoding: other.encodingName === 'GSM-7' ? 'gsm7' : 'ucs2',
          segments: other.segmentsCount,
        })
      }),
    )
  })
})

describe('plainForSms', () => {
  test('replaces curly quotes and dashes where they alone ask for UCS-2', () => {
    expect(plainForSms('“it’s” – fine…')).toBe('"it\'s" - fine...')
  })

  test('leaves them where something else asks for UCS-2 anyway', () => {
    expect(plainForSms('“中文” – fine…')).toBe('“中文” – fine…')
  })
})
