import { setTimeout as sleep } from 'node:timers/promises'
import type { Outcome } from '#core/delivery.ts'
import type { Pdu } from './codec.ts'
import { type Line, NotBound } from './line.ts'
import type { Submit } from './outgoing.ts'
import { NoAnswer } from './pending.ts'
import { NotSent, type Session } from './session.ts'
import { classifySubmit, OK, type StatusContext } from './status.ts'
import type { Window } from './window.ts'

/** What one part came to. */
export type PartOutcome = { readonly kind: 'taken'; readonly messageId: string } | Outcome

export interface SubmitDeps {
  readonly line: Line
  readonly window: Window
  /** What an answer that came too late says. */
  readonly onLate: (outcome: PartOutcome) => void
}

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 8_000

/**
 * Submits the parts one after another, each when the one before was taken, so that a refusal leaves the rest unsent.
 * Once a part went out, the message is not begun anew: the part that failed is tried again as long as the signal
 * lives, then the outcome is unknown. `onTaken` learns of each part's id.
 */
export async function submitAll(
  deps: SubmitDeps,
  parts: readonly Submit[],
  context: StatusContext & { readonly signal: AbortSignal },
  onTaken: (messageId: string) => void,
): Promise<Outcome> {
  for (const [sent, part] of parts.entries()) {
    const outcome =
      sent === 0 ? await submit(deps, part, context) : await insist(deps, part, context)
    if (outcome.kind === 'taken') onTaken(outcome.messageId)
    else return sent === 0 ? outcome : partly(outcome, sent, parts.length)
  }
  return { kind: 'accepted' }
}

/** Tries again while it can be told that the part was not taken, and for whatever may pass. */
async function insist(
  deps: SubmitDeps,
  part: Submit,
  context: StatusContext & { readonly signal: AbortSignal },
): Promise<PartOutcome> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    const outcome = await submit(deps, part, context)
    const passes = outcome.kind === 'throttled' || outcome.kind === 'transient'
    if (!passes) return outcome
    await sleep(wait, undefined, { signal: context.signal }).catch(() => {})
    if (context.signal.aborted) return outcome
  }
}

/** The sender reads how much of it went out; nothing but a refusal for good is final. */
function partly(outcome: Outcome, sent: number, total: number): Outcome {
  const why = outcome.kind === 'throttled' ? 'throttled' : 'detail' in outcome && outcome.detail
  const detail = `${sent} of ${total} parts went out${why ? `: ${why}` : ''}`
  return outcome.kind === 'permanent' ? { ...outcome, detail } : { kind: 'unknown', detail }
}

async function submit(
  { line, window, onLate }: SubmitDeps,
  part: Submit,
  context: StatusContext & { readonly signal: AbortSignal },
): Promise<PartOutcome> {
  const { signal } = context
  const late = (answer: Pdu): void => onLate(meaningOf(answer, context))
  let leave: (() => void) | undefined
  try {
    leave = await window.enter(signal)
    return meaningOf(await ask(line, part, signal, late), context)
  } catch (error) {
    return outcomeOf(error, signal)
  } finally {
    leave?.()
  }
}

/** A session that ended before anything was sent over it is replaced once. */
async function ask(
  line: Line,
  part: Submit,
  signal: AbortSignal,
  onLate: (pdu: Pdu) => void,
): Promise<Pdu> {
  const over = async (session: Session): Promise<Pdu> => {
    try {
      return await session.request('submit_sm', part, { signal, onLate })
    } catch (error) {
      // It may be gone without a word: whoever comes next should know.
      if (error instanceof NoAnswer && session.isUp()) void session.enquire().catch(() => {})
      throw error
    }
  }
  try {
    return await over(await line.session(signal))
  } catch (error) {
    if (!(error instanceof NotSent)) throw error
    return over(await line.session(signal))
  }
}

function meaningOf({ status, command, fields }: Pdu, context: StatusContext): PartOutcome {
  if (status !== OK) return classifySubmit(status, context)
  if (command !== 'submit_sm_resp') return { kind: 'unknown', detail: `answered by ${command}` }
  const { message_id: id } = fields
  return { kind: 'taken', messageId: typeof id === 'string' ? id : '' }
}

function outcomeOf(error: unknown, signal: AbortSignal): Outcome {
  if (error instanceof NoAnswer) return { kind: 'unknown', detail: error.message }
  if (error instanceof NotBound) return error.outcome
  if (error instanceof NotSent) return notSent(error.message)
  if (signal.aborted) return notSent('given up before it was sent')
  throw error
}

export function notSent(detail: string): Outcome {
  return { kind: 'transient', reason: 'retrying', detail }
}
