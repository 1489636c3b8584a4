import { expect, test } from 'vitest'
import { MAX_ATTEMPTS } from '#core/delivery.ts'
import type { Delivery, Share } from '#core/share.ts'
import { beforeSend, type Claimed } from '#engine/delivering/before-send.ts'

const NOW = 1_000_000

function claimed(
  more: { interrupted?: boolean; suppressed?: boolean } = {},
  delivery: object = {},
  share: object = {},
): Claimed {
  return {
    interrupted: false,
    suppressed: false,
    ...more,
    delivery: {
      recalledAt: null,
      address: { channel: 'email', value: 'bob@example.org' },
      changedAt: NOW,
      deadlineAt: NOW + 1,
      attempts: 0,
      unknowns: 0,
      ...delivery,
    } as unknown as Delivery,
    share: { recalledAt: null, cancelledAt: null, expiresAt: null, ...share } as unknown as Share,
  } as Claimed
}

const idempotent = { caps: { idempotent: true } } as Parameters<typeof beforeSend>[1]
const plain = { caps: { idempotent: false } } as Parameters<typeof beforeSend>[1]
const state = (what: Claimed, channel = plain, policy: 'retry' | 'ask' = 'retry') => {
  const settlement = beforeSend(what, channel, policy)
  return settlement && `${settlement.state} ${settlement.reason}`
}

test('what is due and allowed is sent', () => {
  expect(state(claimed())).toBeNull()
})

test('an interrupted send is repeated once, or as often as attempts allow where that is harmless', () => {
  const after = (times: number) =>
    claimed({ interrupted: true }, { attempts: times, unknowns: times })
  expect(state(after(1))).toBeNull()
  expect(state(after(1), plain, 'ask')).toBe('unknown outcome_unknown')
  expect(state(after(2))).toBe('unknown outcome_unknown')
  expect(state(after(2), idempotent, 'ask')).toBeNull()
  expect(state(after(MAX_ATTEMPTS - 1), idempotent)).toBeNull()
  expect(state(after(MAX_ATTEMPTS), idempotent)).toBe('unknown outcome_unknown')
})

test('too late is failed where nothing went out, and unknown where something may have', () => {
  expect(state(claimed({}, { deadlineAt: NOW }))).toBe('failed deadline')
  expect(state(claimed({}, {}, { expiresAt: NOW }))).toBe('failed expired')
  const cut = { interrupted: true }
  expect(state(claimed(cut, { deadlineAt: NOW }), idempotent)).toBe('unknown outcome_unknown')
  expect(state(claimed(cut, {}, { expiresAt: NOW }))).toBe('unknown outcome_unknown')
})

test('a stop comes before everything but the sender’s own taking back', () => {
  const stopped = { suppressed: true, interrupted: true }
  expect(state(claimed(stopped, { deadlineAt: NOW }))).toBe('suppressed suppressed')
  expect(state(claimed(stopped, {}, { cancelledAt: 1 }))).toBe('cancelled null')
  expect(state(claimed(stopped, { recalledAt: 1 }))).toBe('recalled null')
})
