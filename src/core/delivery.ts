/**
 * The life of a delivery: its states, which may follow which, what an outcome of a send makes of it, and when
 * it is tried again. Functions of values alone.
 */

/** In the order of a delivery's life, so far as it has one. */
export const DELIVERY_STATES = [
  'scheduled',
  'queued',
  'sending',
  'accepted',
  'delivered',
  'waiting',
  'failed',
  'suppressed',
  'cancelled',
  'recalled',
  'unknown',
] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** Why a delivery stands where it stands; each has a sentence in src/locales under `reason.<code>`. */
export const REASONS = [
  'deadline',
  'expired',
  'recipient_cap',
  'throttled',
  'retrying',
  'connection_down',
  'channel_not_configured',
  'recipient_must_start',
  'no_such_recipient',
  'blocked',
  'mailbox_full',
  'refused',
  'too_large',
  'bad_content',
  'bounced',
  'not_reachable',
  'suppressed',
  'outcome_unknown',
  'our_fault',
  'blanked',
] as const
export type Reason = (typeof REASONS)[number]

/** Every transition there is. What is not here never happens, in any store. */
export const TRANSITIONS: Readonly<Record<DeliveryState, readonly DeliveryState[]>> = {
  scheduled: ['queued', 'sending', 'scheduled', 'failed', 'suppressed', 'cancelled', 'recalled'],
  queued: ['sending', 'scheduled', 'failed', 'suppressed', 'cancelled', 'recalled'],
  sending: [
    'sending',
    'queued',
    'accepted',
    'delivered',
    'waiting',
    'failed',
    'suppressed',
    'cancelled',
    'recalled',
    'unknown',
  ],
  accepted: ['delivered', 'failed', 'recalled'],
  delivered: ['recalled'],
  waiting: ['queued', 'sending', 'accepted', 'failed', 'suppressed', 'cancelled', 'recalled'],
  failed: ['queued', 'recalled'],
  suppressed: ['queued', 'recalled'],
  cancelled: ['queued', 'recalled'],
  recalled: [],
  unknown: ['accepted', 'delivered', 'failed', 'queued', 'recalled'],
}

/** The states from which `to` may be entered. */
export function statesBefore(to: DeliveryState): readonly DeliveryState[] {
  return DELIVERY_STATES.filter((from) => TRANSITIONS[from].includes(to))
}

/** Nothing more happens by itself; a receipt or the sender may still correct it. */
export const FINAL_STATES: readonly DeliveryState[] = [
  'accepted',
  'delivered',
  'failed',
  'suppressed',
  'cancelled',
  'recalled',
  'unknown',
]

/** Whether a state is one of `FINAL_STATES`. */
export function isFinal(state: DeliveryState): boolean {
  return FINAL_STATES.includes(state)
}

/** What cancel may take back: nothing of it has left. */
export const CANCELLABLE: readonly DeliveryState[] = ['scheduled', 'queued', 'waiting']
/** What the sender may ask to have sent again. */
export const RETRYABLE: readonly DeliveryState[] = ['failed', 'unknown', 'suppressed', 'cancelled']

/** A schedule whose time has come reads as queued, claimed or not. */
export function stateAt(
  delivery: { state: DeliveryState; dueAt: number | null },
  now: number,
): DeliveryState {
  const come = delivery.dueAt !== null && delivery.dueAt <= now
  return delivery.state === 'scheduled' && come ? 'queued' : delivery.state
}

// ── What a send came to ──────────────────────────────────────────────────────────────────────────────────

/** What one send came to, as its channel says it. `detail` is the provider's words, for the sender to read. */
export type Outcome =
  /** The provider took it; a receipt may still correct it. */
  | { readonly kind: 'accepted' }
  /** The provider says that it arrived. */
  | { readonly kind: 'delivered' }
  /** The bucket must wait; no attempt is spent. */
  | { readonly kind: 'throttled'; readonly bucket: string; readonly retryAfterMs: number }
  /** The provider says that it did not take it, or nothing was sent. `retryAfterMs` where it says when. */
  | {
      readonly kind: 'transient'
      readonly reason: Reason
      readonly detail: string
      readonly retryAfterMs?: number
    }
  | {
      readonly kind: 'permanent'
      readonly reason: Reason
      readonly detail: string
      /** The endpoint itself is dead or unwilling: keep everybody from writing to it for a while. */
      readonly suppress: boolean
    }
  | { readonly kind: 'needs-recipient'; readonly detail: string }
  /** Our own access to the connection is refused; no attempt is spent. */
  | { readonly kind: 'down'; readonly detail: string }
  /** It may have gone out or not. */
  | { readonly kind: 'unknown'; readonly detail: string }

/** What the store writes when a lease is given back. Durations count from the store's now. */
export interface Settlement {
  readonly state: DeliveryState
  readonly reason: Reason | null
  readonly detail: string | null
  /** Null: nobody needs to look again. */
  readonly dueInMs: number | null
  /** Set where the deadline moves (waiting for the recipient). */
  readonly deadlineInMs?: number
  /** How many attempts this send counts for: 0 or 1. */
  readonly attempts: 0 | 1
  /** How many unknown outcomes this send counts for: 0 or 1. */
  readonly unknowns: 0 | 1
}

/** From its due time on a delivery is tried no longer than this. */
export const DEADLINE_MS = 72 * 3_600_000
/** How long a delivery waits for its recipient to act. */
export const WAITING_MS = 14 * 24 * 3_600_000
/** How long a claim holds; the time-outs of one send add up to less, with room to write down what it came to. */
export const LEASE_MS = 90_000
/** A bounce keeps everybody from writing to the endpoint for this long. */
export const BOUNCE_MS = 30 * 24 * 3_600_000
/** Sends of one delivery, the first among them. */
export const MAX_ATTEMPTS = 12
const FIRST_RETRY_MS = 5_000
const LONGEST_RETRY_MS = 12 * 3_600_000
/** 5 s × 2.9^(n−1): with the longest wait, twelve attempts spread over about 35 hours, within the deadline of 72. */
const RETRY_FACTOR = 2.9

/** How long to wait after the nth failed attempt, with full ±20 % jitter. `random` is in [0, 1). */
export function retryDelayMs(attempt: number, random: number): number {
  const base = Math.min(FIRST_RETRY_MS * RETRY_FACTOR ** (attempt - 1), LONGEST_RETRY_MS)
  return Math.round(base * (0.8 + 0.4 * random))
}

/** What a provider says of a time to wait, as whole ms that can be kept: it may be broken, or say nonsense. */
export function wholeMs(ms: number): number {
  if (Number.isNaN(ms)) return FIRST_RETRY_MS
  return Math.ceil(Math.min(Math.max(ms, 0), WAITING_MS))
}

/** The setting UNKNOWN_OUTCOME: send again once, or leave even that to the sender. */
export type UnknownPolicy = 'retry' | 'ask'

/** What an outcome is judged by besides itself. */
export interface SettleContext {
  /** Attempts and unknown outcomes before this send. */
  readonly attempts: number
  readonly unknowns: number
  /** The channel takes the same idempotency key twice without a second message. */
  readonly idempotent: boolean
  readonly policy: UnknownPolicy
  /** In [0, 1). */
  readonly random: number
}

/** Turns what a send came to into what the store writes. */
export function settle(outcome: Outcome, context: SettleContext): Settlement {
  switch (outcome.kind) {
    case 'accepted':
    case 'delivered':
      return ended(outcome.kind, null, null, 1)
    case 'throttled':
      return again(wholeMs(outcome.retryAfterMs), 'throttled', null, 0)
    case 'down':
      return again(0, 'connection_down', outcome.detail, 0)
    case 'transient':
      return settleTransient(outcome, context)
    case 'permanent':
      return ended('failed', outcome.reason, outcome.detail, 1)
    case 'needs-recipient':
      return {
        ...ended('waiting', 'recipient_must_start', outcome.detail, 1),
        dueInMs: WAITING_MS,
        deadlineInMs: WAITING_MS,
      }
    case 'unknown':
      return settleUnknown(outcome.detail, context)
    default:
      return outcome satisfies never
  }
}

function settleTransient(
  outcome: Extract<Outcome, { kind: 'transient' }>,
  context: SettleContext,
): Settlement {
  const attempt = context.attempts + 1
  if (attempt >= MAX_ATTEMPTS) return ended('failed', outcome.reason, outcome.detail, 1)
  const asked = wholeMs(outcome.retryAfterMs ?? 0)
  const wait = Math.max(retryDelayMs(attempt, context.random), asked)
  return again(wait, outcome.reason, outcome.detail, 1)
}

/** Sent again once; a channel with idempotency keys may be asked as often as attempts allow. */
function settleUnknown(detail: string, context: SettleContext): Settlement {
  const attempt = context.attempts + 1
  const mayRepeat = context.idempotent
    ? attempt < MAX_ATTEMPTS
    : context.policy === 'retry' && context.unknowns === 0
  if (!mayRepeat) return { ...ended('unknown', 'outcome_unknown', detail, 1), unknowns: 1 }
  const wait = retryDelayMs(attempt, context.random)
  return { ...again(wait, 'outcome_unknown', detail, 1), unknowns: 1 }
}

function ended(
  state: DeliveryState,
  reason: Reason | null,
  detail: string | null,
  attempts: 0 | 1,
): Settlement {
  return { state, reason, detail, dueInMs: null, attempts, unknowns: 0 }
}

function again(
  dueInMs: number,
  reason: Reason,
  detail: string | null,
  attempts: 0 | 1,
): Settlement {
  return { state: 'queued', reason, detail, dueInMs, attempts, unknowns: 0 }
}

// ── Receipts ─────────────────────────────────────────────────────────────────────────────────────────────

/** What a provider says later. It never moves a delivery backwards. */
export interface ReceiptVerdict {
  readonly state: 'accepted' | 'delivered' | 'failed'
  readonly reason: Reason | null
  readonly detail: string | null
  /** As a permanent outcome's: nobody should write to the endpoint for a while. */
  readonly suppress?: boolean
}

/** Whether a receipt moves a delivery that stands at `from`. */
export function receiptMoves(from: DeliveryState, to: ReceiptVerdict['state']): boolean {
  switch (from) {
    case 'accepted':
      return to !== 'accepted'
    case 'unknown':
      return true
    default:
      return false
  }
}
