import type { Account } from '#core/account.ts'
import type { AccountId, Instant } from '#core/ids.ts'
import type { AccountStore, ApiToken } from '#ports/store/accounts.ts'
import type { Database } from './database.ts'
import { documentSchema } from './schema.ts'

/** A token's use is noted at most once in this time. */
const USE_NOTED_MS = 60_000

type ApiTokens = Pick<AccountStore, 'addToken' | 'useToken' | 'tokens' | 'revokeToken'>

export interface TokenDocument {
  /** The token's hash. */
  readonly _id: string
  readonly tokenId: string
  readonly account: AccountId
  readonly name: string
  readonly createdAt: Instant
  readonly lastUsedAt: Instant | null
}

const tokenDocument = documentSchema<TokenDocument>({
  _id: String,
  tokenId: String,
  account: String,
  name: String,
  createdAt: Number,
  lastUsedAt: Number,
})

export function createMongoApiTokens(
  db: Database,
  account: (id: AccountId) => Promise<Account | null>,
): ApiTokens {
  const model = db.model('api_tokens', tokenDocument)
  return {
    async addToken(token, hash) {
      const { id: tokenId, account, name } = token
      const createdAt = await db.readNow()
      const added = { _id: hash, tokenId, account, name, createdAt, lastUsedAt: null }
      await db.attempt(() => model.insertMany([added]))
    },
    async useToken(hash) {
      const [found] = await db.timed(model, { _id: hash })
      const owner = found && (await account(found.account))
      if (!found || !owner) return null
      const { now } = found
      if ((found.lastUsedAt ?? -Infinity) > now - USE_NOTED_MS) {
        return { token: tokenOf(found), account: owner }
      }
      await db.attempt(() => model.updateOne({ _id: hash }, { $max: { lastUsedAt: now } }).exec())
      return { token: { ...tokenOf(found), lastUsedAt: now }, account: owner }
    },
    async tokens(owner) {
      const found = await db.attempt(() => model.find({ account: owner }).lean().exec())
      return found.map(tokenOf).sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
    },
    async revokeToken(owner, id) {
      const { deletedCount } = await db.attempt(() =>
        model.deleteOne({ account: owner, tokenId: id }).exec(),
      )
      return deletedCount === 1
    },
  }
}

export function tokenOf(found: TokenDocument): ApiToken {
  return {
    id: found.tokenId,
    account: found.account,
    name: found.name,
    createdAt: found.createdAt,
    lastUsedAt: found.lastUsedAt,
  }
}
