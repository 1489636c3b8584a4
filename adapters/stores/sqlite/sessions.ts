import type { AccountId } from '#core/ids.ts'
import type { AccountStore } from '#ports/store/accounts.ts'
import type { Database } from './database.ts'

type Sessions = Pick<AccountStore, 'putSession' | 'getSession' | 'dropSession' | 'dropSessions'>

export function createSqliteSessions(db: Database): Sessions {
  const put = db.prepare(`
    INSERT INTO session (key, account, data, until_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET account = excluded.account, data = excluded.data,
      until_at = excluded.until_at`)
  const get = db.prepare('SELECT account, data FROM session WHERE key = ? AND until_at > ?')
  const drop = db.prepare('DELETE FROM session WHERE key = ?')
  const dropAll = db.prepare('DELETE FROM session WHERE account = ?')

  return {
    putSession: (keyHash, account, data, ttlMs) =>
      db.write(() => {
        put.run(keyHash, account, data, db.now() + ttlMs)
      }),
    getSession: (keyHash) =>
      db.read(() => {
        const row = get.get(keyHash, db.now())
        if (!row) return null
        return { account: row.account as AccountId | null, data: String(row.data) }
      }),
    dropSession: (keyHash) =>
      db.write(() => {
        drop.run(keyHash)
      }),
    dropSessions: (account) =>
      db.write(() => {
        dropAll.run(account)
      }),
  }
}
