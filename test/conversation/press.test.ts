import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  DELIVERY_ACTS,
  DRAFT_ACTS,
  MAX_PRESS,
  MENU_ACTS,
  type Press,
  readPress,
  SHARE_ACTS,
  tagOf,
  writePress,
} from '#conversation/press.ts'
import { deliveryId, newShareId } from '#core/ids.ts'

const share = fc.nat(4e12).map((now) => newShareId(now, randomBytes))
const arg = (max: number) => fc.stringMatching(new RegExp(`^[A-Za-z0-9_-]{0,${max}}$`))

const press: fc.Arbitrary<Press> = fc.oneof(
  fc.record({
    on: fc.constant('draft' as const),
    nonce: fc.string().map(tagOf),
    act: fc.constantFrom(...DRAFT_ACTS),
    arg: arg(24),
  }),
  fc.record({
    on: fc.constant('share' as const),
    id: share,
    act: fc.constantFrom(...SHARE_ACTS),
    arg: arg(24),
  }),
  fc.record({
    on: fc.constant('delivery' as const),
    id: fc.tuple(share, fc.nat(999_999)).map(([id, n]) => deliveryId(id, n)),
    act: fc.constantFrom(...DELIVERY_ACTS),
    arg: arg(24),
  }),
  fc.record({
    on: fc.constant('menu' as const),
    act: fc.constantFrom(...MENU_ACTS),
    arg: arg(40),
  }),
)

describe('a press', () => {
  test('is read as it was written, in at most 60 bytes of ASCII without spaces', () => {
    fc.assert(
      fc.property(press, (one) => {
        const text = writePress(one)
        expect(text).toMatch(/^[!-~]+$/)
        expect(text.length).toBeLessThanOrEqual(MAX_PRESS)
        expect(readPress(text)).toEqual(one)
      }),
    )
  })

  test('is read from nothing else, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const read = readPress(text)
        if (read) expect(writePress(read)).toBe(text.replace(/:+$/, ''))
      }),
    )
    expect(readPress('d:12345678:send:x:y')).toBeNull()
    expect(readPress('d:12345678:sudo')).toBeNull()
    expect(readPress(`m:history:${'x'.repeat(60)}`)).toBeNull()
  })
})
