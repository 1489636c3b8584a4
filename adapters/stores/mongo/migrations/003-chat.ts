import { mailboxKey } from '../../mailbox-key.ts'
import type { Database } from '../database.ts'
import { type Indexes, makeIndexes } from './make-indexes.ts'

const CHAT: Indexes = {
  accounts: [{ name: 'mailbox', key: { mailbox: 1 }, sparse: true }],
  identities: [{ name: 'account', key: { account: 1 } }],
  link_attempts: [
    { name: 'hash', key: { hash: 1 }, unique: true },
    { name: 'until', key: { until: 1 } },
  ],
  people: [{ name: 'handle', key: { handleKey: 1 }, unique: true, sparse: true }],
  conversations: [{ name: 'at', key: { at: 1 } }],
  deliveries: [{ name: 'arrived', key: { arrived: 1 }, sparse: true }],
  status_messages: [
    { name: 'place', key: { platform: 1, connection: 1, _id: 1 } },
    { name: 'changed', key: { changedAt: 1 } },
  ],
}

/** Accounts that were made before are found by their mailbox too. */
export async function prepareChat(db: Database): Promise<void> {
  await makeIndexes(db, CHAT)
  const accounts = db.connection.collection<{ _id: string; email: string }>('accounts')
  const before = { email: { $type: 'string' }, mailbox: { $exists: false } } as const
  const found = await db.attempt(() => accounts.find(before).project({ email: 1 }).toArray())
  for (const { _id, email } of found) {
    await db.attempt(() =>
      accounts.updateOne({ _id, email }, { $set: { mailbox: mailboxKey(email) } }),
    )
  }
}
