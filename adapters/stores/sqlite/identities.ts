import type { Identity, PlatformUserKey } from '#core/identity.ts'
import type { IdentityStore } from '#ports/store/identities.ts'
import { linkStep, looksAs } from '../link-steps.ts'
import type { Database } from './database.ts'
import { createSqliteLinkAttempts } from './link-attempts.ts'
import { type IdentityRow, identityOf, userColumns } from './user-rows.ts'

export function createSqliteIdentities(db: Database): IdentityStore {
  const get = db.prepare(`
    SELECT * FROM identity WHERE platform = ? AND connection = ? AND user_id = ?`)
  const list = db.prepare(`
    SELECT * FROM identity WHERE account = ? ORDER BY linked_at, platform, connection, user_id`)
  const put = db.prepare(`
    INSERT OR REPLACE INTO identity (platform, connection, user_id, handle, name, account, linked_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)`)
  const rename = db.prepare(`
    UPDATE identity SET handle = ?, name = ?
    WHERE platform = ? AND connection = ? AND user_id = ?`)
  const remove = db.prepare(`
    DELETE FROM identity WHERE platform = ? AND connection = ? AND user_id = ? AND account = ?`)

  const byUser = (user: PlatformUserKey): Identity | null => {
    const row = get.get(...userColumns(user)) as IdentityRow | undefined
    return row ? identityOf(row) : null
  }

  return {
    byUser: (user) => db.read(() => byUser(user)),
    ofAccount: (account) =>
      db.read(() => (list.all(account) as unknown as IdentityRow[]).map(identityOf)),
    link: (user, account, expected) =>
      db.write(() => {
        const linked = linkStep(byUser(user), user, { account, expected, now: db.now() })
        if ('heldBy' in linked) return linked
        const { handle, name, linkedAt } = linked
        put.run(...userColumns(linked), handle, name, account, linkedAt)
        return linked
      }),
    async rename(user) {
      const before = await db.read(() => byUser(user))
      if (!before || looksAs(before, user)) return
      await db.write(() => rename.run(user.handle, user.name, ...userColumns(user)))
    },
    unlink: (user, account) =>
      db.write(() => remove.run(...userColumns(user), account).changes === 1),
    ...createSqliteLinkAttempts(db),
  }
}
