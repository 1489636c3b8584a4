import type { Account } from '#core/account.ts'
import type { AccountId, Instant } from '#core/ids.ts'
import type { AccountStore, ApiToken } from '#ports/store/accounts.ts'
import type { Database } from './database.ts'

/** A token's use is noted at most once in this time. */
const USE_NOTED_MS = 60_000

type ApiTokens = Pick<AccountStore, 'addToken' | 'useToken' | 'tokens' | 'revokeToken'>

export interface TokenRow {
  readonly id: string
  readonly account: AccountId
  readonly name: string
  readonly created_at: Instant
  readonly last_used_at: Instant | null
}

export function createSqliteApiTokens(
  db: Database,
  account: (id: AccountId) => Account | null,
): ApiTokens {
  const insert = db.prepare(`
    INSERT INTO api_token (hash, id, account, name, created_at) VALUES (?, ?, ?, ?, ?)`)
  const get = db.prepare('SELECT * FROM api_token WHERE hash = ?')
  const note = db.prepare('UPDATE api_token SET last_used_at = ? WHERE hash = ?')
  const list = db.prepare('SELECT * FROM api_token WHERE account = ? ORDER BY created_at, id')
  const revoke = db.prepare('DELETE FROM api_token WHERE account = ? AND id = ?')

  return {
    addToken: (token, hash) =>
      db.write(() => {
        insert.run(hash, token.id, token.account, token.name, db.now())
      }),
    async useToken(hash) {
      const found = await db.read(() => {
        const row = get.get(hash) as TokenRow | undefined
        const owner = row && account(row.account)
        return owner ? { token: tokenOf(row), account: owner } : null
      })
      const at = db.now()
      if (!found || (found.token.lastUsedAt ?? -Infinity) > at - USE_NOTED_MS) return found
      await db.write(() => note.run(at, hash))
      return { ...found, token: { ...found.token, lastUsedAt: at } }
    },
    tokens: (id) =>
      db.read(() => (list.all(id) as unknown as TokenRow[]).map((row) => tokenOf(row))),
    revokeToken: (owner, id) => db.write(() => revoke.run(owner, id).changes === 1),
  }
}

export function tokenOf(row: TokenRow): ApiToken {
  return {
    id: row.id,
    account: row.account,
    name: row.name,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  }
}
