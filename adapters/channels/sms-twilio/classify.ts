import type { Outcome, Reason, ReceiptVerdict } from '#core/delivery.ts'
import { classifyNetworkFault, type NetworkFault } from '../../network/fault.ts'
import { providerWords } from '../sms/provider-words.ts'

/** What a failed request left behind: Twilio's answer, or that there was none. */
export type TwilioFailure =
  | {
      readonly status: number
      /** Twilio's own number of the error; absent where something before Twilio answered (a plain 503). */
      readonly code?: number | undefined
      readonly message?: string | undefined
    }
  | { readonly network: NetworkFault }

export interface TwilioContext {
  /** The rate bucket that has to wait when it is too much. */
  readonly bucket: string
  /** 1 for the first send. */
  readonly attempt: number
}

/** What one of Twilio's error codes says of a message. */
type Verdict =
  | { readonly is: 'permanent'; readonly reason: Reason; readonly suppress?: true }
  | { readonly is: 'down' }
  | { readonly is: 'throttled'; readonly waitMs: number }
  /** May be otherwise a little later; after some attempts it is not. */
  | { readonly is: 'passing'; readonly reason: Reason }

/** Attempts on a handset that is switched off, before it counts as gone. */
const PASSING_ATTEMPTS = 4
const THROTTLE_MS = 5_000
const QUEUE_FULL_MS = 60_000
const DAY_FULL_MS = 3_600_000

const permanent = (reason: Reason): Verdict => ({ is: 'permanent', reason })

/** https://www.twilio.com/docs/api/errors; what is not here goes by the HTTP status. */
const VERDICTS: ReadonlyMap<number, Verdict> = new Map<number, Verdict>([
  // The number
  [21211, permanent('no_such_recipient')],
  [21217, permanent('no_such_recipient')],
  [21265, permanent('no_such_recipient')],
  [21612, permanent('not_reachable')],
  [21614, permanent('not_reachable')],
  [30003, { is: 'passing', reason: 'not_reachable' }],
  [30004, permanent('blocked')],
  [30005, permanent('no_such_recipient')],
  [30006, permanent('not_reachable')],
  [21610, { is: 'permanent', reason: 'blocked', suppress: true }],
  // The message
  [21602, permanent('bad_content')],
  [21605, permanent('too_large')],
  [21617, permanent('too_large')],
  [30007, permanent('bad_content')],
  [30008, permanent('not_reachable')],
  [30019, permanent('too_large')],
  [30036, permanent('expired')],
  // What this account may do there
  [21408, permanent('refused')],
  [21608, permanent('refused')],
  // Too much
  [14107, { is: 'throttled', waitMs: THROTTLE_MS }],
  [20429, { is: 'throttled', waitMs: THROTTLE_MS }],
  [21611, { is: 'throttled', waitMs: QUEUE_FULL_MS }],
  [30001, { is: 'throttled', waitMs: QUEUE_FULL_MS }],
  [30022, { is: 'throttled', waitMs: QUEUE_FULL_MS }],
  [63038, { is: 'throttled', waitMs: DAY_FULL_MS }],
  // Our account, our sender, our callback
  [20003, { is: 'down' }],
  [20005, { is: 'down' }],
  [20008, { is: 'down' }],
  [20404, { is: 'down' }],
  [21212, { is: 'down' }],
  [21603, { is: 'down' }],
  [21606, { is: 'down' }],
  [21609, { is: 'down' }],
  [21659, { is: 'down' }],
  [21660, { is: 'down' }],
  [21701, { is: 'down' }],
  [21703, { is: 'down' }],
  [21705, { is: 'down' }],
  [30002, { is: 'down' }],
])

/** What a failed request for a message came to. A time-out after it went out is unknown: Twilio has no keys. */
export function classifyTwilioFailure(failure: TwilioFailure, context: TwilioContext): Outcome {
  if ('network' in failure) return classifyNetworkFault(failure.network)
  const verdict = failure.code === undefined ? undefined : VERDICTS.get(failure.code)
  const detail = detailOf(failure)
  // A code means that Twilio looked at it and took nothing, whatever the status.
  return verdict ? byVerdict(verdict, detail, context) : byStatus(failure.status, detail, context)
}

/** Whether Twilio answered that the message it just took has failed already. */
export function classifyTwilioCode(code: number | null, context: TwilioContext): Outcome {
  const detail = code === null ? '' : String(code)
  const verdict = code === null ? undefined : VERDICTS.get(code)
  return verdict
    ? byVerdict(verdict, detail, context)
    : { kind: 'permanent', reason: 'refused', detail, suppress: false }
}

function byVerdict(verdict: Verdict, detail: string, context: TwilioContext): Outcome {
  switch (verdict.is) {
    case 'permanent':
      return {
        kind: 'permanent',
        reason: verdict.reason,
        detail,
        suppress: verdict.suppress ?? false,
      }
    case 'down':
      return { kind: 'down', detail }
    case 'throttled':
      return tooMuch(verdict.waitMs, context)
    case 'passing':
      return context.attempt < PASSING_ATTEMPTS
        ? { kind: 'transient', reason: verdict.reason, detail }
        : { kind: 'permanent', reason: verdict.reason, detail, suppress: false }
    default:
      return verdict satisfies never
  }
}

function byStatus(status: number, detail: string, context: TwilioContext): Outcome {
  if (status === 429) return tooMuch(THROTTLE_MS, context)
  if (status === 408 || status >= 500) return { kind: 'unknown', detail }
  // A redirect, a refused login, an account that is not there: nothing that this message could mend.
  if (status < 400 || [401, 403, 404, 405, 407].includes(status)) return { kind: 'down', detail }
  return { kind: 'permanent', reason: 'refused', detail, suppress: false }
}

function tooMuch(retryAfterMs: number, { bucket }: TwilioContext): Outcome {
  return { kind: 'throttled', bucket, retryAfterMs }
}

/** Where Twilio gave no code, the SDK says no more than the status. */
function detailOf({ status, code, message }: Extract<TwilioFailure, { status: number }>): string {
  if (code === undefined) return `HTTP ${status}`
  const words = providerWords(message ?? '')
  return words === '' ? String(code) : `${code}: ${words}`
}

/** What a status callback says; null where it is a status without a meaning here. */
export function verdictOf(status: string, code: number | null): ReceiptVerdict | null {
  switch (status) {
    case 'accepted':
    case 'scheduled':
    case 'queued':
    case 'sending':
    case 'sent':
      return { state: 'accepted', reason: null, detail: null }
    case 'delivered':
    case 'read':
      return { state: 'delivered', reason: null, detail: null }
    case 'undelivered':
    case 'failed':
    case 'canceled':
      return {
        state: 'failed',
        reason: reasonOf(code),
        detail: code === null ? null : String(code),
      }
    default:
      return null
  }
}

function reasonOf(code: number | null): Reason {
  const verdict = code === null ? undefined : VERDICTS.get(code)
  switch (verdict?.is) {
    case 'permanent':
    case 'passing':
      return verdict.reason
    case 'throttled':
    case 'down':
      return 'our_fault'
    case undefined:
      return code === null ? 'not_reachable' : 'refused'
    default:
      return verdict satisfies never
  }
}
