import type { Reason, ReceiptVerdict } from '#core/delivery.ts'
import { cleanLine, shorten } from '#core/text.ts'
import type { Incoming } from './deliver.ts'

/** What an SMSC says later of a message. */
export interface SmppReceipt {
  /** What it may call the message, the surest first: never empty. */
  readonly ids: readonly [string, ...string[]]
  /** The receipt's own addresses: the one that it comes from is the recipient's, but not every SMSC turns them round. */
  readonly numbers: readonly string[]
  readonly verdict: ReceiptVerdict
}

const MAX_DETAIL = 100

/** message_state by its number (SMPP 3.4, 5.2.28), under the words that receipts use (Appendix B). */
const STATES: Readonly<Record<number, string>> = {
  1: 'ENROUTE',
  2: 'DELIVRD',
  3: 'EXPIRED',
  4: 'DELETED',
  5: 'UNDELIV',
  6: 'ACCEPTD',
  7: 'UNKNOWN',
  8: 'REJECTD',
  9: 'SKIPPED',
}

const FAILURES: Readonly<Record<string, Reason>> = {
  EXPIRED: 'expired',
  DELETED: 'refused',
  UNDELIV: 'not_reachable',
  UNDELIVERABLE: 'not_reachable',
  REJECTD: 'refused',
  REJECTED: 'refused',
  SKIPPED: 'refused',
  FAILED: 'not_reachable',
}

/**
 * Reads the fields of its own that a receipt may have, and `id:… stat:… err:…` of its text. Null where it names no
 * message. A state that says nothing of the end (UNKNOWN, or a word that nobody knows) is no more than `accepted`.
 */
export function readReceipt({
  from,
  to,
  text,
  receiptedId,
  messageState,
}: Incoming): SmppReceipt | null {
  const written = /\bid:\s*(\S+)/i.exec(text)?.[1]
  const [first, ...rest] = [receiptedId, written ?? null].filter((id) => id !== null)
  if (first === undefined) return null
  const stat = /\bstat:\s*([a-z]+)/i.exec(text)?.[1]?.toUpperCase()
  const state = (messageState === null ? undefined : STATES[messageState]) ?? stat ?? ''
  const err = /\berr:\s*(\S+)/i.exec(text)?.[1]
  const error = err && !/^0*$/.test(err) ? `${state} (err ${err})` : state
  return {
    ids: [first, ...rest],
    numbers: [from.addr, to],
    verdict: verdictOf(state, shorten(cleanLine(error), MAX_DETAIL)),
  }
}

function verdictOf(state: string, detail: string): ReceiptVerdict {
  if (state === 'DELIVRD' || state === 'DELIVERED')
    return { state: 'delivered', reason: null, detail: null }
  const reason = FAILURES[state]
  return reason
    ? { state: 'failed', reason, detail }
    : { state: 'accepted', reason: null, detail: null }
}
