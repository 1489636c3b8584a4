import type { Contact } from '#core/account.ts'
import { type AccountId, type ContactId, newContactId, type RandomBytes } from '#core/ids.ts'
import { DEFAULT_LOCALE } from '#core/locale.ts'
import { canonicalContact, canonicalGroup } from '#core/recipients/format.ts'
import type { RecipientContext } from '#core/recipients/recipient.ts'
import { refusal } from '#core/refusal.ts'
import { MAX_NOTE } from '#core/share.ts'
import { cleanText } from '#core/text.ts'
import { textsFor } from '#locales/texts.ts'
import type { Clock } from '#ports/clock.ts'
import type { ContactStore } from '#ports/store/accounts.ts'
import type { ContactInput, Contacts } from '../engine.ts'
import {
  type CheckedContact,
  checkContact,
  MAX_BOOK_LENGTH,
  MAX_CONTACTS,
  sameName,
} from './check-contact.ts'

const MAX_NOTES = 50
const DEFAULT_NOTES = [
  'contact.note.1',
  'contact.note.2',
  'contact.note.3',
  'contact.note.4',
] as const

interface ContactsDeps {
  readonly store: ContactStore
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  /** How recipients are read here. */
  readonly context: RecipientContext
}

/** The sender's book. Another's contact is not there. */
export function createContacts(deps: ContactsDeps): Contacts {
  const { store, clock, randomBytes } = deps

  async function find(account: AccountId, id: string): Promise<Contact> {
    const contact = await store.get(account, id as ContactId)
    if (!contact) throw refusal('not_found', 'contact.fault.none')
    return contact
  }

  async function put(account: AccountId, id: ContactId, input: ContactInput): Promise<Contact> {
    const checked = checkContact(input, deps.context)
    const others = (await store.list(account)).filter((contact) => contact.id !== id)
    const length = [...others, checked].reduce((sum, contact) => sum + lengthOf(contact), 0)
    if (others.length >= MAX_CONTACTS || length > MAX_BOOK_LENGTH) {
      throw refusal('over_quota', 'contact.fault.book')
    }
    const stored = await store.put({ id, account, ...checked })
    if (stored !== 'taken') return stored
    throw refusal('name_taken', 'contact.fault.nameTaken', { field: 'name' })
  }

  return {
    list: (account) => store.list(account),
    get: find,
    create: (account, input) => put(account, newContactId(clock.now(), randomBytes), input),
    async replace(account, id, input) {
      const before = await find(account, id)
      const after = await put(account, before.id, input)
      if (!sameName(before.name, after.name)) await renameMembers(store, before, after)
      return after
    },
    async remove(account, id) {
      if (!(await store.remove(account, id as ContactId))) {
        throw refusal('not_found', 'contact.fault.none')
      }
    },
    async notes(account, locale = DEFAULT_LOCALE) {
      const own = await store.notes(account)
      return own.length > 0 ? own : DEFAULT_NOTES.map((key) => textsFor(locale)(key))
    },
    async setNotes(account, notes) {
      const cleaned = notes.slice(0, MAX_NOTES + 1).map((note) => cleanNote(note))
      const kept = [...new Set(cleaned.filter((note) => note !== ''))]
      if (notes.length > MAX_NOTES) throw refusal('invalid_field', 'contact.fault.notes')
      await store.setNotes(account, kept)
    },
  }
}

function lengthOf({ name, addresses, members }: CheckedContact): number {
  return [name, ...addresses, ...members].reduce((sum, text) => sum + text.length, 0)
}

function cleanNote(raw: string): string {
  const note = raw.length > 10 * MAX_NOTE ? undefined : cleanText(raw)
  if (note !== undefined && note.length <= MAX_NOTE) return note
  throw refusal('invalid_field', 'contact.fault.notes', { field: 'notes' })
}

/** Groups go on meaning the same people after one of them got another name. */
async function renameMembers(store: ContactStore, before: Contact, after: Contact): Promise<void> {
  const written = (contact: Contact): string =>
    contact.kind === 'group' ? canonicalGroup(contact.name) : canonicalContact(contact.name)
  const old = written(before)
  for (const group of await store.list(after.account)) {
    if (group.kind !== 'group' || !group.members.some((member) => sameName(member, old))) continue
    const members = group.members.map((member) => (sameName(member, old) ? written(after) : member))
    await store.put({ ...group, members })
  }
}
