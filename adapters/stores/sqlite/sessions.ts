import type { AccountId } from '#core/ids.ts'
import type { StoredSession } from '#ports/store/accounts.ts'
import { bySeen, SEEN_NOTED_MS, type Sessions } from '../sessions.ts'
import type { Database } from './database.ts'

export function createSqliteSessions(db: Database): Sessions {
  const put = db.prepare(`
    INSERT INTO session (key, account, data, until_at, created_at, seen_at, agent)
    VALUES (:key, :account, :data, :until, :now, :now, coalesce(:agent, ''))
    ON CONFLICT (key) DO UPDATE SET account = excluded.account, data = excluded.data,
      until_at = excluded.until_at, seen_at = excluded.seen_at, agent = coalesce(:agent, agent)`)
  const renew = db.prepare(`
    UPDATE session SET data = :data, until_at = :until, seen_at = :now, agent = coalesce(:agent, agent)
    WHERE key = :key AND until_at > :now`)
  const get = db.prepare(`
    SELECT account, data, seen_at AS seenAt FROM session WHERE key = ? AND until_at > ?`)
  const see = db.prepare('UPDATE session SET seen_at = ? WHERE key = ?')
  const drop = db.prepare('DELETE FROM session WHERE key = ?')
  const list = db.prepare(`
    SELECT key AS keyHash, created_at AS createdAt, seen_at AS seenAt, agent FROM session
    WHERE account = ? AND until_at > ?`)
  const dropAll = db.prepare('DELETE FROM session WHERE account = ? AND key IS NOT ?')

  return {
    putSession: (key, account, data, ttlMs, agent) =>
      db.write(() => {
        const now = db.now()
        put.run({ key, account, data, until: now + ttlMs, now, agent: agent ?? null })
      }),
    renewSession: (key, data, ttlMs, agent) =>
      db.write(() => {
        const now = db.now()
        const renewed = renew.run({ key, data, until: now + ttlMs, now, agent: agent ?? null })
        return renewed.changes === 1
      }),
    async getSession(keyHash) {
      const now = db.now()
      const row = await db.read(() => get.get(keyHash, now))
      if (!row) return null
      const isStale = Number(row.seenAt) <= now - SEEN_NOTED_MS
      if (isStale) await db.writeUnsynced(() => see.run(now, keyHash))
      return { account: row.account as AccountId | null, data: String(row.data) }
    },
    dropSession: (keyHash) =>
      db.write(() => {
        drop.run(keyHash)
      }),
    sessions: (account) =>
      db.read(() =>
        (list.all(account, db.now()) as unknown as StoredSession[])
          .map((row) => ({ ...row }))
          .sort(bySeen),
      ),
    dropSessions: (account, except) =>
      db.write(() => {
        dropAll.run(account, except ?? null)
      }),
  }
}
