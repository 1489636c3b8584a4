import type { AccountId, Instant } from '#core/ids.ts'
import type { StoredSession } from '#ports/store/accounts.ts'
import { bySeen, SEEN_NOTED_MS, type Sessions } from '../sessions.ts'
import type { Database, Timed } from './database.ts'
import { type Ending, forgetEnded } from './forget.ts'
import { documentSchema } from './schema.ts'

/** `_id` is the hash of its key. */
export interface SessionDocument extends Ending {
  readonly account: AccountId | null
  readonly data: string
  /** Absent in what an earlier release put: of that it is known that it stands now. */
  readonly createdAt?: Instant
  readonly seenAt?: Instant
  readonly agent?: string
}

const sessionDocument = documentSchema<SessionDocument>({
  _id: String,
  account: String,
  data: String,
  createdAt: Number,
  seenAt: Number,
  agent: String,
  until: Number,
})

interface MongoSessions {
  readonly store: Sessions
  forgetEnded(limit: number): Promise<void>
}

export function createMongoSessions(db: Database): MongoSessions {
  const model = db.model('sessions', sessionDocument)
  return {
    store: {
      async putSession(keyHash, account, data, ttlMs, agent) {
        const seenAt = await db.readNow()
        const until = (seenAt + ttlMs) as Instant
        const said = agent === undefined ? {} : { agent }
        const session = {
          $set: { account, data, until, seenAt, ...said },
          $setOnInsert: { createdAt: seenAt },
        }
        await db.attempt(() => model.updateOne({ _id: keyHash }, session, { upsert: true }).exec())
      },
      async renewSession(keyHash, data, ttlMs, agent) {
        const seenAt = await db.readNow()
        const until = (seenAt + ttlMs) as Instant
        const said = agent === undefined ? {} : { agent }
        const session = { $set: { data, until, seenAt, ...said } }
        const standing = { _id: keyHash, until: { $gt: seenAt } }
        const { matchedCount } = await db.attempt(() => model.updateOne(standing, session).exec())
        return matchedCount === 1
      },
      async getSession(keyHash) {
        const [found] = await db.timed(model, { _id: keyHash })
        if (!found || found.until <= found.now) return null
        const { account, data, seenAt = 0, now } = found
        if (seenAt <= now - SEEN_NOTED_MS) {
          const seen = { $set: { seenAt: now } }
          await db.attempt(() => model.updateOne({ _id: keyHash }, seen).exec())
        }
        return { account, data }
      },
      async dropSession(keyHash) {
        await db.attempt(() => model.deleteOne({ _id: keyHash }).exec())
      },
      async sessions(account) {
        const found = await db.timed(model, { account })
        return found
          .filter(({ until, now }) => until > now)
          .map(storedOf)
          .sort(bySeen)
      },
      async dropSessions(account, except) {
        const others = except === undefined ? {} : { _id: { $ne: except } }
        await db.attempt(() => model.deleteMany({ account, ...others }).exec())
      },
    },
    forgetEnded: (limit) => forgetEnded(db, model, limit),
  }
}

function storedOf(found: Timed<SessionDocument>): StoredSession {
  const { _id: keyHash, now, createdAt = now, seenAt = now, agent = '' } = found
  return { keyHash, createdAt, seenAt, agent }
}
