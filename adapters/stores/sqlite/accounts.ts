import type { Account } from '#core/account.ts'
import type { AccountStore, NewAccount } from '#ports/store/accounts.ts'
import { createSqliteApiTokens } from './api-tokens.ts'
import type { Database } from './database.ts'
import { isTaken } from './faults.ts'
import { type AccountRow, accountOf } from './rows.ts'
import { createSqliteSessions } from './sessions.ts'
import { createSqliteTickets } from './tickets.ts'

const INSERT = `
  INSERT INTO account (id, username, display_name, role, email, email_verified_at, vouched,
    allow_replies, locale, time_zone, permissions, password_hash, created_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

const UPDATE = `
  UPDATE account SET username = ?, display_name = ?, role = ?, email = ?, email_verified_at = ?,
    vouched = ?, allow_replies = ?, locale = ?, time_zone = ?, permissions = ?,
    password_hash = coalesce(?, password_hash)
  WHERE id = ?`

export function createSqliteAccounts(db: Database): AccountStore {
  const insert = db.prepare(INSERT)
  const update = db.prepare(UPDATE)
  const count = db.prepare('SELECT count(*) AS n FROM account')
  const byId = db.prepare('SELECT * FROM account WHERE id = ?')
  const byUsername = db.prepare('SELECT * FROM account WHERE username = ?')
  const byMailbox = db.prepare(`
    SELECT * FROM account WHERE lower(email) = lower(?) AND email_verified_at IS NOT NULL`)
  const operator = db.prepare(
    `SELECT * FROM account WHERE role = 'operator' ORDER BY created_at, id LIMIT 1`,
  )
  const hash = db.prepare('SELECT password_hash AS hash FROM account WHERE id = ?')
  const names = db.prepare('SELECT id, display_name AS displayName FROM account')

  const accountOrNull = (row: unknown): Account | null =>
    row ? accountOf(row as AccountRow) : null
  const countNow = (): number => Number(count.get()?.n)
  /** False: the name, or the id, is another's. */
  const free = (operation: () => unknown): boolean => {
    try {
      operation()
      return true
    } catch (error) {
      if (isTaken(error)) return false
      throw error
    }
  }

  return {
    create: ({ passwordHash, ...account }: NewAccount, options) =>
      db.write(() => {
        if (options?.first && countNow() > 0) return 'not-first'
        const created = { ...account, createdAt: db.now() }
        const values = valuesOf(created)
        const added = free(() => insert.run(account.id, ...values, passwordHash, created.createdAt))
        return added ? created : 'taken'
      }),
    count: () => db.read(countNow),
    get: (id) => db.read(() => accountOrNull(byId.get(id))),
    byUsername: (username) => db.read(() => accountOrNull(byUsername.get(username))),
    operator: () => db.read(() => accountOrNull(operator.get())),
    passwordHash: (id) =>
      db.read(() => (hash.get(id) as { hash: string | null } | undefined)?.hash ?? null),
    byMailbox: (mailbox) =>
      db.read(() => (byMailbox.all(mailbox) as unknown as AccountRow[]).map(accountOf)),
    displayNames: () =>
      db.read(() =>
        (names.all() as unknown as Pick<Account, 'id' | 'displayName'>[]).map(
          ({ id, displayName }) => ({ id, displayName }),
        ),
      ),
    update: (id, { passwordHash, ...change }) =>
      db.write(() => {
        const account = accountOrNull(byId.get(id))
        if (!account) return null
        const updated = { ...account, ...change }
        const values = valuesOf(updated)
        return free(() => update.run(...values, passwordHash ?? null, id)) ? updated : 'taken'
      }),
    ...createSqliteSessions(db),
    ...createSqliteApiTokens(db, (id) => accountOrNull(byId.get(id))),
    ...createSqliteTickets(db),
  }
}

function valuesOf(account: Account): readonly (string | number | null)[] {
  return [
    account.username,
    account.displayName,
    account.role,
    account.email,
    account.emailVerifiedAt,
    Number(account.vouched),
    Number(account.allowReplies),
    account.locale,
    account.timeZone,
    JSON.stringify(account.permissions),
  ]
}
