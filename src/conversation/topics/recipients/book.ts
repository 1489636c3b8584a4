import { type Contact, writtenName } from '#core/account.ts'
import { canonicalContact, canonicalGroup, formatRecipient } from '#core/recipients/format.ts'
import { parseRecipient } from '#core/recipients/parse.ts'
import type { RecipientContext } from '#core/recipients/recipient.ts'
import { ask, type Sender, type Step } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import type { Candidate } from '../../screens/draft/view.ts'
import { calledSo } from '../../screens/words.ts'
import { placeContext } from './read-people.ts'

/** Whom a sender knows. */
export interface Known {
  readonly contacts: readonly Contact[]
  /** Written to last, newest first. */
  readonly recents: readonly Candidate[]
  /** How recipients are read that this person types. */
  readonly context: RecipientContext
}

export function* lookUpKnown(facts: Facts, sender: Sender): Step<Known> {
  const contacts = yield* ask('book', { sender })
  const recents = yield* ask('recents', { sender })
  const context = contextOf(facts, contacts)
  return { contacts, context, recents: recents.flatMap((recent) => asCandidate(recent, context)) }
}

/** How recipients are read that this person types, with a book or without. */
export function contextOf(
  { bot, user, settings }: Facts,
  contacts: readonly Contact[],
): RecipientContext {
  return {
    ...placeContext(bot.platform, bot.connection, user.id),
    defaultRegion: settings.defaultRegion,
    contacts: contacts.filter(({ kind }) => kind === 'person').map(({ name }) => name),
  }
}

/** What cannot be written again (somebody of a group) is offered to nobody. */
function asCandidate(
  { recipient, name }: { readonly recipient: string; readonly name: string | null },
  context: RecipientContext,
): readonly Candidate[] {
  const parsed = parseRecipient(recipient, context)
  if (!parsed.ok || parsed.recipient.kind === 'group') return []
  const as = formatRecipient(parsed.recipient)
  return [{ as, label: name ?? calledSo(parsed.recipient.canonical) }]
}

/** A contact or group as somebody to be chosen. */
export function candidateOf(contact: Contact): Candidate {
  const { kind, name } = contact
  const as = kind === 'group' ? canonicalGroup(name) : canonicalContact(name)
  return { as, label: writtenName(contact) }
}

/** Everybody who may be chosen, each once. */
export function allCandidates({ contacts, recents }: Known): readonly Candidate[] {
  return eachOnce([...recents, ...contacts.map(candidateOf)])
}

/** How many are offered without being asked for, and how many groups among them. */
const OFFERED = 8
const OFFERED_GROUPS = 2

/** Who is offered first: those who were written to last, groups, then people of the book. */
export function firstCandidates({ contacts, recents }: Known): readonly Candidate[] {
  const groups = contacts.filter(({ kind }) => kind === 'group').slice(0, OFFERED_GROUPS)
  const people = contacts.filter(({ kind }) => kind === 'person')
  const newest = recents.slice(0, OFFERED - groups.length)
  return eachOnce([...newest, ...[...groups, ...people].map(candidateOf)]).slice(0, OFFERED)
}

export function eachOnce(candidates: readonly Candidate[]): readonly Candidate[] {
  return [...new Map(candidates.map((one) => [one.as, one])).values()]
}
