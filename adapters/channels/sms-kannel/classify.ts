import type { Outcome, Reason } from '#core/delivery.ts'
import { cleanLine, shorten } from '#core/text.ts'
import type { ProbeResult } from '#ports/channel.ts'
import type { Answer } from '../../kannel/line.ts'
import { classifyUnsent } from '../../network/fault.ts'

const MAX_DETAIL = 200

/** What sendsms says with 400, and whom it is about; anything else is a refusal of this message. */
const REFUSALS: readonly (readonly [RegExp, Reason])[] = [
  [/denied by white- and\/or black-lists/i, 'blocked'],
  [/charset or body|empty text/i, 'bad_content'],
  [/too long/i, 'too_large'],
]
/** With 400 too, but every message would meet it. */
const MISCONFIGURED = /^sender missing|^dlr-url|^dlr-mask|unsupported content-type/i
/** With 403, as a wrong login has it, where Kannel has no SMSC for the number. */
const NOT_ROUTABLE = /not routable/i
/** What a request with the right login and no recipient is told. */
const NO_RECIPIENT = /missing receiver/i

/** What a POST to sendsms came to. Kannel takes a message with 202 alone ("0: Accepted", "3: Queued"). */
export function classifySendsms(answer: Answer): Outcome {
  if (answer.kind === 'unsent') return classifyUnsent(answer.cause)
  if (answer.kind === 'lost') return { kind: 'unknown', detail: answer.cause }
  if (answer.kind === 'misconfigured') return { kind: 'down', detail: answer.cause }
  const { status } = answer
  const detail = detailOf(answer)
  if (status === 202) return { kind: 'accepted' }
  if (status === 503 || status === 429) return { kind: 'transient', reason: 'retrying', detail }
  if (status >= 500) return { kind: 'unknown', detail }
  if (status === 403 && NOT_ROUTABLE.test(answer.text)) return refused('not_reachable', detail)
  if (status === 413) return refused('too_large', detail)
  if (status !== 400 || MISCONFIGURED.test(answer.text)) return { kind: 'down', detail }
  const [, reason] = REFUSALS.find(([words]) => words.test(answer.text)) ?? []
  return refused(reason ?? 'refused', detail)
}

/** Whether it is our login that is refused; a smsbox that starts refuses the right one too. */
export function isRefusedLogin(answer: Answer): boolean {
  return answer.kind === 'answered' && answer.status === 403 && !NOT_ROUTABLE.test(answer.text)
}

/** Reads the answer to a request that names nobody to send to: a login that is wrong is refused before that is seen. */
export function readProbe(answer: Answer): ProbeResult {
  if (answer.kind !== 'answered') return { up: false, detail: answer.cause }
  if (answer.status === 400 && NO_RECIPIENT.test(answer.text)) return { up: true }
  return { up: false, detail: detailOf(answer) }
}

function refused(reason: Reason, detail: string): Outcome {
  return { kind: 'permanent', reason, detail, suppress: false }
}

function detailOf({ status, text }: Extract<Answer, { kind: 'answered' }>): string {
  return shorten(cleanLine(`${status} ${text}`), MAX_DETAIL)
}
