import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DeliveryId, deliveryId, type ShareId } from '#core/ids.ts'
import { createKeys } from '#engine/keys.ts'

const keys = createKeys('a secret of some length')
const others = createKeys('another secret of some length')

const anyDelivery = fc
  .tuple(fc.stringMatching(/^[0-9A-Za-z]{15}$/), fc.nat(999_999))
  .map(([share, n]) => deliveryId(share as ShareId, n))

describe('an invitation', () => {
  test('leads back to its delivery, and fits a deep link', () => {
    fc.assert(
      fc.property(anyDelivery, (delivery) => {
        const invitation = keys.invitation(delivery)
        expect(invitation).toMatch(/^[A-Za-z0-9_-]{51}$/)
        expect(keys.readInvitation(invitation)).toBe(delivery)
        expect(others.readInvitation(invitation)).toBeUndefined()
      }),
    )
  })

  test('shows nothing of the delivery, nor of another one of the same share', () => {
    const [first, second] = [0, 1].map((n) => keys.invitation(deliveryId(SHARE, n)))
    expect(Buffer.from(first!, 'base64url').toString('latin1')).not.toContain(SHARE)
    const shared = [...first!].filter((letter, at) => letter === second![at])
    expect(shared.length).toBeLessThan(10)
  })

  test('is void with any letter changed, left out or added', () => {
    const invitation = keys.invitation(deliveryId(SHARE, 3))
    for (let at = 0; at < invitation.length; at++) {
      const other = invitation[at] === 'A' ? 'B' : 'A'
      const changed = invitation.slice(0, at) + other + invitation.slice(at + 1)
      expect(keys.readInvitation(changed)).toBeUndefined()
      expect(keys.readInvitation(invitation.slice(0, at))).toBeUndefined()
    }
    expect(keys.readInvitation(`${invitation}A`)).toBeUndefined()
    expect(keys.readInvitation(` ${invitation}`)).toBeUndefined()
  })

  test.each(['', 'A', '%', '🙂', 'A'.repeat(51), `${'0'.repeat(15)}-1`])(
    'is not what anybody makes up: %j',
    (text) => expect(keys.readInvitation(text)).toBeUndefined(),
  )

  test('is no stop token, and the other way round', () => {
    const delivery: DeliveryId = deliveryId(SHARE, 1)
    expect(keys.readInvitation(keys.stopToken(delivery))).toBeUndefined()
    expect(keys.readStopToken(keys.invitation(delivery))).toBeUndefined()
  })
})

const SHARE = '0Q1abcdXXXXXXXX' as ShareId
