import { parseRecipient } from '#core/recipients/parse.ts'
import type { DraftRecipient, Draft as Outlook } from '#engine/engine.ts'
import type { Candidate } from '../../screens/draft/view.ts'
import type { DraftPerson } from '../../state/draft.ts'
import { candidateOf, eachOnce, type Known } from './book.ts'

/** What has to be known of recipients before anything is sent. */
export type Question =
  /** One or several are called so. */
  | {
      readonly kind: 'who'
      readonly person: DraftPerson
      readonly options: readonly Candidate[]
    }
  /** A handle, where nobody can tell on which platform. */
  | { readonly kind: 'where'; readonly person: DraftPerson; readonly options: readonly Handle[] }
  | { readonly kind: 'misspelt'; readonly person: DraftPerson; readonly suggestion: string }
  /** Numbers that were never written to. */
  | { readonly kind: 'first-time'; readonly people: readonly DraftPerson[] }

/** A handle on a platform. */
export interface Handle {
  readonly channel: (typeof HANDLED)[number]
  /** In canonical writing. */
  readonly as: string
}

const MAX_OPTIONS = 6
/** Where people go by a handle alone. */
const HANDLED = ['telegram', 'slack'] as const

/** The first question that is open; null: everybody is clear. */
export function openQuestion(
  people: readonly DraftPerson[],
  outlook: Outlook | undefined,
  known: Known,
): Question | null {
  return (
    whoIsMeant(people, known) ??
    (outlook ? (misspelt(people, outlook) ?? firstTime(people, outlook)) : null)
  )
}

function whoIsMeant(people: readonly DraftPerson[], known: Known): Question | null {
  for (const person of people) {
    const question = person.as === null ? meaningOf(person, known) : null
    if (question) return question
  }
  return null
}

/** What somebody who was not understood may be asked to mean; null: that cannot be asked. */
function meaningOf(person: DraftPerson, known: Known): Question | null {
  const parsed = parseRecipient(person.written, known.context)
  if (parsed.ok) return null
  if (parsed.fault === 'platform_needed') {
    const handle = person.written.replace(/^@/, '').toLowerCase()
    const options = HANDLED.map((channel) => ({ channel, as: `${channel}:@${handle}` }))
    return { kind: 'where', person, options }
  }
  const options = parsed.fault === 'unknown_contact' ? namesakes(person.written, known) : []
  return options.length > 0 ? { kind: 'who', person, options } : null
}

/** Those one of whose names begins like that. */
function namesakes(written: string, { contacts, recents }: Known): readonly Candidate[] {
  const wanted = written.normalize('NFKC').toLowerCase()
  if (wanted.length < 2 && !/\p{Script=Han}/u.test(wanted)) return []
  const isCalledSo = ({ label }: Candidate): boolean =>
    label
      .normalize('NFKC')
      .toLowerCase()
      .split(/[\s#@·.,-]+/)
      .some((name) => name.startsWith(wanted))
  return eachOnce([...contacts.map(candidateOf), ...recents].filter(isCalledSo)).slice(
    0,
    MAX_OPTIONS,
  )
}

function misspelt(people: readonly DraftPerson[], { warnings }: Outlook): Question | null {
  for (const warning of warnings) {
    if (warning.code !== 'misspelt_domain') continue
    const person = people.find(({ as, sure }) => as === warning.recipient && !sure)
    if (person) return { kind: 'misspelt', person, suggestion: warning.suggestion }
  }
  return null
}

function firstTime(people: readonly DraftPerson[], { recipients }: Outlook): Question | null {
  const fresh = new Set(
    recipients.filter((one) => !one.known && isByPhone(one)).map(({ recipient }) => recipient),
  )
  const asked = people.filter(
    ({ as, sure }) => as !== null && !sure && NUMBER.test(as) && fresh.has(as),
  )
  return asked.length > 0 ? { kind: 'first-time', people: asked } : null
}

/** Written as a number, not as somebody of the book. */
const NUMBER = /\+\d{6}/

function isByPhone({ address }: DraftRecipient): boolean {
  return address.channel === 'sms' || address.channel === 'wap-push'
}
