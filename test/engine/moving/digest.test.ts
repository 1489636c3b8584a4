import { describe, expect, test } from 'vitest'
import { createDigest, sameDigest } from '#engine/moving/digest.ts'

function digestOf(...records: readonly unknown[]) {
  const digest = createDigest()
  for (const record of records) digest.add(record)
  return digest.value()
}

describe('the digest of records', () => {
  test('hangs neither on their order nor on that of their fields', () => {
    const a = digestOf({ id: 1, at: { x: 1, y: [2, 3] } }, { id: 2 })
    const b = digestOf({ id: 2 }, { at: { y: [2, 3], x: 1 }, id: 1 })
    expect(sameDigest(a, b)).toBe(true)
    expect(a).toMatchObject({ count: 2, sum: expect.stringMatching(/^[0-9a-f]{64}$/) })
  })

  test.each<[string, unknown, unknown]>([
    ['a value', { id: 1 }, { id: 2 }],
    ['null for nothing', { id: null }, {}],
    ['a number for its text', { id: 1 }, { id: '1' }],
    ['the order of a list', { list: [1, 2] }, { list: [2, 1] }],
    ['a byte', { salt: Uint8Array.of(1, 2) }, { salt: Uint8Array.of(1, 3) }],
  ])('tells %s apart', (_what, one, other) => {
    expect(sameDigest(digestOf(one), digestOf(other))).toBe(false)
  })

  test('reads a Buffer as the bytes that it holds', () => {
    const salt = Uint8Array.of(1, 2)
    expect(sameDigest(digestOf({ salt }), digestOf({ salt: Buffer.from(salt) }))).toBe(true)
  })

  test('counts a record that comes twice twice', () => {
    expect(sameDigest(digestOf({ id: 1 }), digestOf({ id: 1 }, { id: 1 }))).toBe(false)
  })
})
