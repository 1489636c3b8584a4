import type { Outcome } from '#core/delivery.ts'
import { providerWords } from '../sms/provider-words.ts'
import type { Gateway, Rule } from './gateway.ts'
import { readForm, readJson, type Said } from './reader.ts'

/** What a gateway answered to a request. */
export interface HttpAnswer {
  readonly status: number
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface AnswerContext {
  /** The rate bucket that has to wait when it is too much. */
  readonly bucket: string
  /** What must not be said again, should the gateway echo it. */
  readonly secrets: readonly string[]
}

export interface ReadAnswer {
  readonly outcome: Outcome
  /** The gateway's name for the message. */
  readonly id: string | null
}

type Judgement = Pick<Rule, 'is' | 'reason' | 'suppress' | 'retryAfterSeconds'>

const THROTTLE_SECONDS = 30
const LONGEST_WAIT_SECONDS = 86_400

/** What the answer says of the message: by the first rule that fits, else by its HTTP status. */
export function readAnswer(
  { answer: description }: Pick<Gateway, 'answer'>,
  answer: HttpAnswer,
  context: AnswerContext,
): ReadAnswer {
  const said = saidBy(answer)
  const code = description.code?.(said)
  const { rules } = description
  const rule = rules.find((one) => fits(one, answer.status, code))
  const judgement = rule ?? byStatus(answer.status, description.code ? rules : [])
  const words = providerWords(description.detail?.(said) ?? '', context.secrets)
  const name = providerWords(code ?? `HTTP ${answer.status}`, context.secrets)
  return {
    outcome: outcomeOf(judgement, words === '' ? name : `${name}: ${words}`, answer, context),
    id: description.id?.(said) ?? null,
  }
}

function saidBy({ headers, body }: HttpAnswer): Said {
  return { json: readJson(body), form: readForm(body), query: {}, headers, body }
}

function fits({ status, code }: Rule, answered: number, said: string | undefined): boolean {
  const family = `${Math.floor(answered / 100)}xx`
  const ofStatus = status === undefined || status.some((one) => one === answered || one === family)
  const ofCode = code === undefined || (said !== undefined && code.includes(said))
  return ofStatus && ofCode
}

/**
 * A 2xx is enough, unless rules say which codes mean success and this is none of them: then it may have been taken
 * or not. A 5xx never says that it was not.
 */
function byStatus(status: number, rules: readonly Rule[]): Judgement {
  const judged = (is: Rule['is'], reason?: Rule['reason']): Judgement => ({
    is,
    suppress: false,
    ...(reason ? { reason } : {}),
  })
  if (status >= 200 && status < 300) {
    const named = rules.some((rule) => rule.is === 'accepted' && rule.code !== undefined)
    return judged(named ? 'unknown' : 'accepted')
  }
  if (status === 408 || status >= 500) return judged('unknown')
  if (status === 429) return judged('throttled')
  if (status === 413) return judged('permanent', 'too_large')
  // A redirect, a refused login, an unpaid bill, a wrong address: nothing that this message could mend.
  if (status < 400 || [401, 402, 403, 404, 405, 407].includes(status)) return judged('down')
  return judged('permanent', 'refused')
}

function outcomeOf(
  { is, reason, suppress, retryAfterSeconds }: Judgement,
  detail: string,
  { headers }: HttpAnswer,
  { bucket }: AnswerContext,
): Outcome {
  const asked = retryAfterSeconds ?? askedSeconds(headers['retry-after'])
  switch (is) {
    case 'accepted':
      return { kind: 'accepted' }
    case 'permanent':
      return { kind: 'permanent', reason: reason ?? 'refused', detail, suppress }
    case 'throttled':
      return { kind: 'throttled', bucket, retryAfterMs: (asked ?? THROTTLE_SECONDS) * 1_000 }
    case 'transient':
      return {
        kind: 'transient',
        reason: reason ?? 'retrying',
        detail,
        ...(asked === undefined ? {} : { retryAfterMs: asked * 1_000 }),
      }
    case 'down':
    case 'unknown':
      return { kind: is, detail }
    default:
      return is satisfies never
  }
}

function askedSeconds(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header)
    ? Math.min(Number(header), LONGEST_WAIT_SECONDS)
    : undefined
}
