import type { VisitClass } from '../visit.ts'
import type { Agent } from './agent.ts'

/** Headers of a request, their names in lower-case. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** What is known of a delivery that went out as mail: scanners open links as mail arrives. */
export interface MailFacts {
  /** The provider has not answered yet, though it may already have passed the message on. */
  readonly sending: boolean
  /** Since the provider took it; null where it has not. */
  readonly acceptedMsAgo: number | null
  /** Codes of mail that this client opened within `MANY_CODES_MS`, this one among them. */
  readonly codes: number
}

/** What a visit is classed by. */
export interface VisitFacts {
  readonly method: string
  readonly headers: RequestHeaders
  readonly agent: Agent
  /** Made in the sender's own session. */
  readonly own: boolean
  /** Null: not mail, or mail that was only kept. */
  readonly mail: MailFacts | null
}

/** A class and why, as `Visit.why` keeps it. */
export interface Classified {
  readonly class: VisitClass
  readonly why: string
}

/** An opening so soon after the mail was taken is a scanner's. */
export const SCANNED_WITHIN_MS = 10_000
/** An opening by then may still be one's: some queue what they scan. */
const DOUBTFUL_WITHIN_MS = 30_000
/** One client that opens as many people's mail at once is a scanner. */
export const MANY_CODES = 3
/** What counts as at once. */
export const MANY_CODES_MS = 10_000

/** Who made a visit, and how we know. Total: any headers give a class. */
export function classify(facts: VisitFacts): Classified {
  if (facts.own) return { class: 'own', why: 'session' }
  const { robot } = facts.agent
  if (robot) {
    const kind = robot.kind === 'scanner' && facts.mail === null ? 'preview' : robot.kind
    return { class: kind, why: robot.name }
  }
  const prefetch = prefetchOf(facts.headers)
  if (prefetch) return { class: 'prefetch', why: prefetch }
  if (facts.method === 'HEAD') return { class: facts.mail ? 'scanner' : 'preview', why: 'head' }
  return facts.mail ? classifyMail(facts.mail, facts.headers) : { class: 'human', why: 'browser' }
}

function classifyMail(mail: MailFacts, headers: RequestHeaders): Classified {
  const age = mail.acceptedMsAgo
  if (mail.codes >= MANY_CODES) return { class: 'scanner', why: 'many-codes' }
  if (mail.sending || (age !== null && age < SCANNED_WITHIN_MS)) {
    return { class: 'scanner', why: 'within-10s' }
  }
  return { class: 'human', why: doubtOf(mail, headers) ?? 'browser' }
}

function doubtOf(mail: MailFacts, headers: RequestHeaders): string | undefined {
  if (mail.codes > 1) return 'doubtful-codes'
  if (mail.acceptedMsAgo !== null && mail.acceptedMsAgo < DOUBTFUL_WITHIN_MS) return 'doubtful-soon'
  // Every browser says which languages its person reads.
  return headers['accept-language'] ? undefined : 'doubtful-headers'
}

/** Whether a human visit may have been a scanner's. */
export function isDoubtful(why: string): boolean {
  return why.startsWith('doubtful')
}

function prefetchOf(headers: RequestHeaders): string | undefined {
  if (says(headers, 'sec-purpose', 'prefetch')) return 'sec-purpose'
  if (says(headers, 'purpose', 'prefetch') || says(headers, 'x-purpose', 'preview'))
    return 'purpose'
  return says(headers, 'x-moz', 'prefetch') ? 'x-moz' : undefined
}

/** The visitor's own wish, by Global Privacy Control or Do Not Track. */
export function wishesPrivacy(headers: RequestHeaders): boolean {
  return headers['sec-gpc'] === '1' || headers.dnt === '1'
}

function says(headers: RequestHeaders, name: string, word: string): boolean {
  const value = headers[name]
  return value !== undefined && String(value).toLowerCase().includes(word)
}
