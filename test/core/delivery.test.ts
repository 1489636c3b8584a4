import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  DEADLINE_MS,
  DELIVERY_STATES,
  FINAL_STATES,
  LEASE_MS,
  MAX_ATTEMPTS,
  type Outcome,
  receiptMoves,
  retryDelayMs,
  type SettleContext,
  settle,
  stateAt,
  statesBefore,
  TRANSITIONS,
  WAITING_MS,
} from '#core/delivery.ts'

const context: SettleContext = {
  attempts: 0,
  unknowns: 0,
  idempotent: false,
  policy: 'retry',
  random: 0.5,
}
const transient: Outcome = { kind: 'transient', reason: 'retrying', detail: '451 later' }
const unknown: Outcome = { kind: 'unknown', detail: 'cut after DATA' }

describe('transitions', () => {
  test('a recalled delivery stays recalled', () => {
    expect(TRANSITIONS.recalled).toEqual([])
  })

  test('a delivered one never becomes anything but recalled', () => {
    expect(TRANSITIONS.delivered).toEqual(['recalled'])
  })

  test('an accepted one may still fail, an uncertain one may turn out delivered', () => {
    expect(TRANSITIONS.accepted).toContain('failed')
    expect(TRANSITIONS.unknown).toContain('delivered')
  })

  test('every state but the recalled can be recalled, and each can be reached', () => {
    for (const state of DELIVERY_STATES) {
      if (state !== 'recalled') expect(TRANSITIONS[state]).toContain('recalled')
      if (state !== 'scheduled' && state !== 'queued') {
        expect(statesBefore(state).length).toBeGreaterThan(0)
      }
    }
  })

  test('every outcome settles into a state that sending may become', () => {
    const outcomes: Outcome[] = [
      { kind: 'accepted' },
      { kind: 'delivered' },
      { kind: 'throttled', bucket: 'b', retryAfterMs: 1 },
      transient,
      { kind: 'permanent', reason: 'refused', detail: '', suppress: false },
      { kind: 'needs-recipient', detail: '' },
      { kind: 'down', detail: '' },
      unknown,
    ]
    fc.assert(
      fc.property(
        fc.constantFrom(...outcomes),
        fc.nat(20),
        fc.nat(3),
        fc.boolean(),
        fc.constantFrom('retry' as const, 'ask' as const),
        (outcome, attempts, unknowns, idempotent, policy) => {
          const settled = settle(outcome, { attempts, unknowns, idempotent, policy, random: 0.3 })
          expect(TRANSITIONS.sending).toContain(settled.state)
          const ends = FINAL_STATES.includes(settled.state)
          expect(settled.dueInMs === null).toBe(ends)
        },
      ),
    )
  })
})

describe('settling', () => {
  test('throttling and a connection that is down spend no attempt', () => {
    expect(settle({ kind: 'throttled', bucket: 'b', retryAfterMs: 7_000 }, context)).toMatchObject({
      state: 'queued',
      dueInMs: 7_000,
      attempts: 0,
    })
    expect(settle({ kind: 'down', detail: '535' }, context)).toMatchObject({
      state: 'queued',
      attempts: 0,
      reason: 'connection_down',
    })
  })

  test('a transient fault is tried again until attempts are used up', () => {
    expect(settle(transient, context)).toMatchObject({ state: 'queued', attempts: 1 })
    expect(settle(transient, { ...context, attempts: MAX_ATTEMPTS - 1 })).toMatchObject({
      state: 'failed',
      dueInMs: null,
    })
  })

  test('a provider that says when is not asked sooner', () => {
    const later = settle({ ...transient, retryAfterMs: 900_000 }, context)
    expect(later.dueInMs).toBe(900_000)
  })

  test('an unknown outcome is sent again once, and then is the sender’s to decide', () => {
    expect(settle(unknown, context)).toMatchObject({ state: 'queued', unknowns: 1 })
    expect(settle(unknown, { ...context, unknowns: 1 })).toMatchObject({ state: 'unknown' })
    expect(settle(unknown, { ...context, policy: 'ask' })).toMatchObject({ state: 'unknown' })
  })

  test('an idempotent channel may be asked again as often as attempts allow', () => {
    expect(settle(unknown, { ...context, unknowns: 5, idempotent: true }).state).toBe('queued')
  })

  test('who must act first has a fortnight', () => {
    expect(settle({ kind: 'needs-recipient', detail: '' }, context)).toMatchObject({
      state: 'waiting',
      deadlineInMs: WAITING_MS,
      dueInMs: WAITING_MS,
    })
  })
})

describe('the retry schedule', () => {
  test('grows from seconds to hours, with jitter, within the deadline', () => {
    const longest = Array.from({ length: MAX_ATTEMPTS - 1 }, (_, i) => retryDelayMs(i + 1, 0.999))
    expect(retryDelayMs(1, 0)).toBeGreaterThanOrEqual(3_000)
    expect(retryDelayMs(1, 0.999)).toBeLessThanOrEqual(6_000)
    expect(longest.every((ms, i) => i === 0 || ms >= (longest[i - 1] ?? 0))).toBe(true)
    expect(longest.reduce((sum, ms) => sum + ms + LEASE_MS, 0)).toBeLessThan(DEADLINE_MS)
  })
})

test('what a provider says of waiting can be kept, whatever it says', () => {
  const context = {
    attempts: 0,
    unknowns: 0,
    idempotent: false,
    policy: 'retry',
    random: 0,
  } as const
  const waits = (retryAfterMs: number) => [
    settle({ kind: 'throttled', bucket: 'b', retryAfterMs }, context).dueInMs,
    settle({ kind: 'transient', reason: 'retrying', detail: '', retryAfterMs }, context).dueInMs,
  ]
  for (const said of [1_000.4, 0.1, -5, Number.NaN, Infinity, -Infinity]) {
    for (const ms of waits(said)) {
      expect(Number.isSafeInteger(ms), `${said}`).toBe(true)
      expect(ms).toBeGreaterThanOrEqual(0)
    }
  }
  expect(waits(90_000.2)).toEqual([90_001, 90_001])
})

describe('receipts', () => {
  test('never move a delivery backwards', () => {
    expect(receiptMoves('accepted', 'delivered')).toBe(true)
    expect(receiptMoves('accepted', 'failed')).toBe(true)
    expect(receiptMoves('accepted', 'accepted')).toBe(false)
    expect(receiptMoves('delivered', 'failed')).toBe(false)
    expect(receiptMoves('failed', 'delivered')).toBe(false)
    expect(receiptMoves('unknown', 'delivered')).toBe(true)
    expect(receiptMoves('recalled', 'delivered')).toBe(false)
  })
})

test('a schedule whose time has come reads as queued', () => {
  expect(stateAt({ state: 'scheduled', dueAt: 100 }, 99)).toBe('scheduled')
  expect(stateAt({ state: 'scheduled', dueAt: 100 }, 100)).toBe('queued')
})
