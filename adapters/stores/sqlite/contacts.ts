import type { Contact } from '#core/account.ts'
import type { AccountId, ContactId } from '#core/ids.ts'
import type { ContactStore } from '#ports/store/accounts.ts'
import { nameKey } from '../name-key.ts'
import type { Database } from './database.ts'
import { isTaken } from './faults.ts'

export interface ContactRow {
  readonly id: ContactId
  readonly account: AccountId
  readonly kind: Contact['kind']
  readonly name: string
  readonly addresses: string
  readonly use: Contact['use']
  readonly members: string
}

const PUT = `
  INSERT INTO contact (id, account, kind, name, name_key, addresses, use, members)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name,
    name_key = excluded.name_key, addresses = excluded.addresses, use = excluded.use,
    members = excluded.members
  WHERE account = excluded.account`

export function createSqliteContacts(db: Database): ContactStore {
  const put = db.prepare(PUT)
  const get = db.prepare('SELECT * FROM contact WHERE account = ? AND id = ?')
  const list = db.prepare('SELECT * FROM contact WHERE account = ? ORDER BY name_key')
  const remove = db.prepare('DELETE FROM contact WHERE account = ? AND id = ?')
  const notes = db.prepare('SELECT notes FROM canned_notes WHERE account = ?')
  const setNotes = db.prepare(`
    INSERT INTO canned_notes (account, notes) VALUES (?, ?)
    ON CONFLICT (account) DO UPDATE SET notes = excluded.notes`)

  return {
    put: (contact) =>
      db.write(() => {
        try {
          const { changes } = put.run(
            contact.id,
            contact.account,
            contact.kind,
            contact.name,
            nameKey(contact.name),
            JSON.stringify(contact.addresses),
            contact.use,
            JSON.stringify(contact.members),
          )
          return changes === 1 ? contact : 'taken'
        } catch (error) {
          if (isTaken(error)) return 'taken'
          throw error
        }
      }),
    get: (account, id) =>
      db.read(() => {
        const row = get.get(account, id) as ContactRow | undefined
        return row ? contactOf(row) : null
      }),
    list: (account) => db.read(() => (list.all(account) as unknown as ContactRow[]).map(contactOf)),
    remove: (account, id) => db.write(() => remove.run(account, id).changes === 1),
    notes: (account) =>
      db.read(() => {
        const row = notes.get(account) as { notes: string } | undefined
        return row ? JSON.parse(row.notes) : []
      }),
    setNotes: (account, list) =>
      db.write(() => {
        setNotes.run(account, JSON.stringify(list))
      }),
  }
}

export function contactOf(row: ContactRow): Contact {
  return {
    id: row.id,
    account: row.account,
    kind: row.kind,
    name: row.name,
    addresses: JSON.parse(row.addresses),
    use: row.use,
    members: JSON.parse(row.members),
  }
}
