import type { Contact } from '#core/account.ts'
import type { AccountId, ContactId } from '#core/ids.ts'
import type { ContactStore } from '#ports/store/accounts.ts'
import { nameKey } from '../name-key.ts'
import type { Database } from './database.ts'
import { isTaken } from './faults.ts'
import { documentSchema } from './schema.ts'

export interface ContactDocument extends Omit<Contact, 'id'> {
  readonly _id: ContactId
  readonly nameKey: string
}

const contactDocument = documentSchema<ContactDocument>({
  _id: String,
  account: String,
  kind: String,
  name: String,
  nameKey: String,
  addresses: [String],
  use: String,
  members: [String],
})

const cannedNotes = documentSchema<{ readonly _id: AccountId; readonly notes: readonly string[] }>({
  _id: String,
  notes: [String],
})

export function createMongoContacts(db: Database): ContactStore {
  const contacts = db.model('contacts', contactDocument)
  const canned = db.model('canned_notes', cannedNotes)
  return {
    async put(contact) {
      const { id, account, ...rest } = contact
      const change = { $set: { ...rest, nameKey: nameKey(contact.name) } }
      try {
        await db.attempt(() =>
          contacts.updateOne({ _id: id, account }, change, { upsert: true }).exec(),
        )
        return contact
      } catch (error) {
        if (isTaken(error)) return 'taken'
        throw error
      }
    },
    async get(account, id) {
      const found = await db.attempt(() => contacts.findOne({ _id: id, account }).lean().exec())
      return found && contactOf(found)
    },
    async list(account) {
      const found = await db.attempt(() => contacts.find({ account }).lean().exec())
      return found.sort((a, b) => (a.nameKey < b.nameKey ? -1 : 1)).map(contactOf)
    },
    async remove(account, id) {
      const { deletedCount } = await db.attempt(() =>
        contacts.deleteOne({ _id: id, account }).exec(),
      )
      return deletedCount === 1
    },
    async notes(account) {
      return (await db.attempt(() => canned.findById(account).lean().exec()))?.notes ?? []
    },
    async setNotes(account, notes) {
      await db.attempt(() =>
        canned
          .updateOne({ _id: account }, { $set: { notes: [...notes] } }, { upsert: true })
          .exec(),
      )
    },
  }
}

export function contactOf(found: ContactDocument): Contact {
  return {
    id: found._id,
    account: found.account,
    kind: found.kind,
    name: found.name,
    addresses: found.addresses,
    use: found.use,
    members: found.members,
  }
}
