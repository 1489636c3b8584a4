import type { AccountId, Instant } from '#core/ids.ts'
import type { AccountStore } from '#ports/store/accounts.ts'
import type { Database } from './database.ts'
import { type Ending, forgetEnded } from './forget.ts'
import { documentSchema } from './schema.ts'

/** `_id` is the hash of its key. */
export interface SessionDocument extends Ending {
  readonly account: AccountId | null
  readonly data: string
}

const sessionDocument = documentSchema<SessionDocument>({
  _id: String,
  account: String,
  data: String,
  until: Number,
})

interface Sessions {
  readonly store: Pick<AccountStore, 'putSession' | 'getSession' | 'dropSession' | 'dropSessions'>
  forgetEnded(limit: number): Promise<void>
}

export function createMongoSessions(db: Database): Sessions {
  const model = db.model('sessions', sessionDocument)
  return {
    store: {
      async putSession(keyHash, account, data, ttlMs) {
        const until = ((await db.readNow()) + ttlMs) as Instant
        const session = { $set: { account, data, until } }
        await db.attempt(() => model.updateOne({ _id: keyHash }, session, { upsert: true }).exec())
      },
      async getSession(keyHash) {
        const [found] = await db.timed(model, { _id: keyHash })
        if (!found || found.until <= found.now) return null
        return { account: found.account, data: found.data }
      },
      async dropSession(keyHash) {
        await db.attempt(() => model.deleteOne({ _id: keyHash }).exec())
      },
      async dropSessions(account) {
        await db.attempt(() => model.deleteMany({ account }).exec())
      },
    },
    forgetEnded: (limit) => forgetEnded(db, model, limit),
  }
}
