import { type Outcome, type UnknownPolicy, wholeMs } from '#core/delivery.ts'
import type { AnswerSettlement, OwedAnswer } from '#ports/store/replies.ts'
import { PROBE_MS } from '../connections.ts'

/** An answer that is later than this answers nothing any more. */
const DEADLINE_MS = 24 * 3_600_000
/** Sends that may fail; with the waits between them, within about an hour. */
const MAX_ATTEMPTS = 5
const FIRST_RETRY_MS = 10_000
const RETRY_FACTOR = 5

/** What a try is judged by besides what it came to. */
export interface AnswerTry extends Pick<OwedAnswer, 'attempts' | 'unknowns'> {
  /** Since it is owed, ms. */
  readonly ageMs: number
  readonly policy: UnknownPolicy
}

/** What becomes of the answer; `gaveUp`: it is done without having been sent, as far as anybody knows. */
export interface AnswerFate {
  readonly settlement: AnswerSettlement
  readonly gaveUp: boolean
}

/** One that may have gone out is sent once more at most, and not at all where the operator decides so. */
export function mayHaveGone({ unknowns }: AnswerTry, policy: UnknownPolicy): boolean {
  return unknowns > (policy === 'retry' ? 1 : 0)
}

/** Turns what a send came to into what is written down. */
export function fateOf(outcome: Outcome, tried: AnswerTry): AnswerFate {
  switch (outcome.kind) {
    case 'accepted':
    case 'delivered':
      return { settlement: { kind: 'done' }, gaveUp: false }
    case 'permanent':
    case 'needs-recipient':
      return GIVEN_UP
    case 'throttled':
      return waiting(wholeMs(outcome.retryAfterMs), tried)
    case 'down':
      return waiting(PROBE_MS, tried)
    case 'transient': {
      if (tried.attempts + 1 >= MAX_ATTEMPTS) return GIVEN_UP
      const wait = FIRST_RETRY_MS * RETRY_FACTOR ** tried.attempts
      return again(Math.max(wait, wholeMs(outcome.retryAfterMs ?? 0)), tried, 1, 0)
    }
    case 'unknown': {
      const unknowns = tried.unknowns + 1
      if (mayHaveGone({ ...tried, unknowns }, tried.policy)) return GIVEN_UP
      return again(FIRST_RETRY_MS, tried, 0, 1)
    }
    default:
      return outcome satisfies never
  }
}

/** Nothing was sent, and nothing failed: rates, or no connection that is up. */
export function waiting(inMs: number, tried: AnswerTry): AnswerFate {
  return again(inMs, tried, 0, 0)
}

export const GIVEN_UP: AnswerFate = { settlement: { kind: 'done' }, gaveUp: true }

function again(inMs: number, { ageMs }: AnswerTry, attempts: 0 | 1, unknowns: 0 | 1): AnswerFate {
  if (ageMs + inMs > DEADLINE_MS) return GIVEN_UP
  return { settlement: { kind: 'again', inMs, attempts, unknowns }, gaveUp: false }
}
