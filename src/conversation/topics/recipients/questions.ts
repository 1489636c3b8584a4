import { parseRecipient } from '#core/recipients/parse.ts'
import type { DraftRecipient, Draft as Outlook } from '#engine/engine.ts'
import type { Candidate } from '../../screens/draft/view.ts'
import type { DraftPerson } from '../../state/draft.ts'
import { candidateOf, eachOnce, type Known } from './book.ts'

/** What has to be known of recipients before anything is sent. */
export type Question =
  /** Several are called so, or a handle is on one of several platforms. */
  | {
      readonly kind: 'who'
      readonly person: DraftPerson
      readonly options: readonly Candidate[]
    }
  | { readonly kind: 'misspelt'; readonly person: DraftPerson; readonly suggestion: string }
  /** Numbers that were never written to. */
  | { readonly kind: 'first-time'; readonly people: readonly DraftPerson[] }

const MAX_OPTIONS = 6
/** Where a handle without more may be. */
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
    if (person.as !== null) continue
    const options = optionsFor(person.written, known)
    if (options.length > 0) return { kind: 'who', person, options }
  }
  return null
}

function optionsFor(written: string, known: Known): readonly Candidate[] {
  const parsed = parseRecipient(written, known.context)
  if (parsed.ok) return []
  switch (parsed.fault) {
    case 'platform_needed':
      return HANDLED.map((platform) => platformOption(platform, written))
    case 'unknown_contact':
      return namesakes(written, known)
    default:
      return []
  }
}

function platformOption(platform: (typeof HANDLED)[number], written: string): Candidate {
  const handle = written.replace(/^@/, '').toLowerCase()
  const label = { telegram: 'Telegram', slack: 'Slack' }[platform]
  return { as: `${platform}:@${handle}`, label }
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
