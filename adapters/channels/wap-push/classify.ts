import type { Outcome, Reason } from '#core/delivery.ts'
import { cleanLine, shorten } from '#core/text.ts'
import type { ProbeResult } from '#ports/channel.ts'
import type { Answer } from '../../kannel/line.ts'
import { classifyUnsent } from '../../network/fault.ts'
import { type PapAnswer, readPap } from './pap.ts'

type Answered = Extract<Answer, { kind: 'answered' }>

const MAX_DETAIL = 200
/** Kannel refuses numbers that its lists deny with it, and logins by HTTP alone. */
const FORBIDDEN = 2001
/** Results about the address, and about what is pushed (WAP-247, 9.14); other refusals are just that. */
const REASONS: ReadonlyMap<number, Reason> = new Map<number, Reason>([
  [2000, 'bad_content'],
  [FORBIDDEN, 'blocked'],
  [2002, 'no_such_recipient'],
  [2003, 'no_such_recipient'],
  [3006, 'bad_content'],
  [3007, 'not_reachable'],
  [3008, 'not_reachable'],
])
/** The gateway's own trouble, or its network's. */
const PASSING = new Set([3000, 3009, 3010, 4000, 4001, 4002, 4003, 4004])

/** What a push came to. The XML decides: Kannel's gateway answers 202 to whatever it refuses. */
export function classifyPush(answer: Answer): Outcome {
  switch (answer.kind) {
    case 'unsent':
      return classifyUnsent(answer.cause)
    case 'lost':
      return { kind: 'unknown', detail: answer.cause }
    case 'misconfigured':
      return { kind: 'down', detail: answer.cause }
    case 'answered':
      return classifyAnswer(answer)
    default:
      return answer satisfies never
  }
}

/** Reads the answer to a request without a push: whoever may push is told that it holds none. */
export function readProbe(answer: Answer): ProbeResult {
  if (answer.kind !== 'answered') return { up: false, detail: answer.cause }
  const pap = answer.status < 300 ? readPap(answer.text) : undefined
  return pap && pap.code !== FORBIDDEN ? { up: true } : { up: false, detail: detailOf(answer, pap) }
}

function classifyAnswer(answer: Answered): Outcome {
  const { status } = answer
  const pap = readPap(answer.text)
  const detail = detailOf(answer, pap)
  if (status === 503 || status === 429) return { kind: 'transient', reason: 'retrying', detail }
  if (status >= 500) return { kind: 'unknown', detail }
  if (status === 413) return refused('too_large', detail)
  // What this push is refused for says nothing of the next.
  if (status === 400) return refused(REASONS.get(pap?.code ?? 0) ?? 'refused', detail)
  if (status >= 300 || !pap) return { kind: 'down', detail }
  if (pap.code < 2000) return { kind: 'accepted' }
  if (PASSING.has(pap.code)) return { kind: 'transient', reason: 'retrying', detail }
  return refused(REASONS.get(pap.code) ?? (pap.code < 5000 ? 'refused' : 'not_reachable'), detail)
}

function refused(reason: Reason, detail: string): Outcome {
  return { kind: 'permanent', reason, detail, suppress: false }
}

function detailOf({ status, text }: Answered, pap: PapAnswer | undefined): string {
  const words = pap ? `${pap.code} ${pap.description}` : `${status} ${text}`
  return shorten(cleanLine(words), MAX_DETAIL)
}
