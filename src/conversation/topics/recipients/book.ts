import type { Contact } from '#core/account.ts'
import { canonicalContact, canonicalGroup, formatRecipient } from '#core/recipients/format.ts'
import { parseRecipient } from '#core/recipients/parse.ts'
import type { RecipientContext } from '#core/recipients/recipient.ts'
import { ask, type Sender, type Step } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import type { Candidate } from '../../screens/draft/view.ts'
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
  const { platform, connection } = facts.bot
  const context = {
    ...placeContext(platform, connection, facts.user.id),
    defaultRegion: facts.settings.defaultRegion,
    contacts: contacts.filter(({ kind }) => kind === 'person').map(({ name }) => name),
  }
  return { contacts, context, recents: recents.flatMap((recent) => asCandidate(recent, context)) }
}

/** What cannot be written again (somebody of a group) is offered to nobody. */
function asCandidate(
  { recipient, name }: { readonly recipient: string; readonly name: string | null },
  context: RecipientContext,
): readonly Candidate[] {
  const parsed = parseRecipient(recipient, context)
  if (!parsed.ok || parsed.recipient.kind === 'group') return []
  const as = formatRecipient(parsed.recipient)
  return [{ as, label: name ?? parsed.recipient.canonical }]
}

/** A contact or group as somebody to be chosen. */
export function candidateOf({ kind, name }: Contact): Candidate {
  const as = kind === 'group' ? canonicalGroup(name) : canonicalContact(name)
  return { as, label: kind === 'group' ? `#${name}` : name }
}

/** How many are offered without being asked for. */
const OFFERED = 8

/** Who is offered first: those who were written to last, then groups and people of the book. */
export function firstCandidates({ contacts, recents }: Known): readonly Candidate[] {
  const groups = contacts.filter(({ kind }) => kind === 'group').slice(0, 2)
  const people = contacts.filter(({ kind }) => kind === 'person')
  const all = [
    ...recents.slice(0, OFFERED - groups.length),
    ...[...groups, ...people].map(candidateOf),
  ]
  return [...new Map(all.map((one) => [one.as, one])).values()].slice(0, OFFERED)
}
