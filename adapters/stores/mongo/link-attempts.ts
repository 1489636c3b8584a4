import type { mongo } from 'mongoose'
import { PassalongError } from '#core/errors.ts'
import type { PlatformUser } from '#core/identity.ts'
import type { AccountId, Instant } from '#core/ids.ts'
import type { IdentityStore, LinkAttempt } from '#ports/store/identities.ts'
import { beginnerKey, begunBy, begunStep, metStep, triedStep } from '../link-steps.ts'
import type { Database } from './database.ts'
import { isTaken } from './faults.ts'
import { deletePage } from './forget.ts'
import { documentSchema } from './schema.ts'
import { createStamped, type Stamped } from './stamped.ts'

/** `_id` is who began it (`beginnerKey`), so that each has one that stands. */
export interface AttemptDocument extends Stamped {
  readonly hash: string
  readonly begun: LinkAttempt['begun']
  /** As JSON. */
  readonly user: string | null
  readonly account: AccountId | null
  readonly movesFrom: AccountId | null
  readonly pinHash: string | null
  readonly tries: number
  readonly until: Instant
}

const attemptSchema = documentSchema<AttemptDocument>({
  _id: String,
  hash: String,
  begun: String,
  user: String,
  account: String,
  movesFrom: String,
  pinHash: String,
  tries: Number,
  until: Number,
  stamp: String,
  stamps: { type: [String], default: undefined },
})

export interface LinkAttempts
  extends Pick<IdentityStore, 'begin' | 'attempt' | 'attemptOf' | 'meet' | 'countTry' | 'end'> {
  /** Forgets what ran out, so many at most. */
  forgetEnded(limit: number): Promise<void>
}

/** Others write the same attempt a few times at most while one tries. */
const TRIES = 20

export function createMongoLinkAttempts(db: Database): LinkAttempts {
  const collection = db.collection('link_attempts', attemptSchema)
  const stamped = createStamped(db, collection)

  /** Undefined: none stands. */
  const standing = async (filter: mongo.Filter<AttemptDocument>) => {
    const [found, now] = await Promise.all([
      db.attempt(() => collection.findOne(filter)),
      db.readNow(),
    ])
    return found && found.until > now ? { document: found, now } : undefined
  }
  const attemptOrNull = async (
    filter: mongo.Filter<AttemptDocument>,
  ): Promise<LinkAttempt | null> => {
    const found = await standing(filter)
    return found ? attemptOf(found.document) : null
  }

  /** Reads, steps and writes until the write holds. Null where the step refuses, or no such attempt stands. */
  const step = async (
    hash: string,
    next: (attempt: LinkAttempt, now: Instant) => LinkAttempt | undefined,
  ): Promise<LinkAttempt | null> => {
    for (let i = 0; i < TRIES; i++) {
      const found = await standing({ hash })
      const after = found && next(attemptOf(found.document), found.now)
      if (!found || !after) return null
      const { _id, ...set } = attemptDocument(after)
      if (await stamped.put({ before: found.document, set, unset: [] })) return after
    }
    throw new PassalongError('internal', 'An attempt to link was written too often at a time.')
  }

  /** Two that begin together may both find nothing to write over: the one that is refused looks again. */
  const put = async (attempt: LinkAttempt, tries = TRIES): Promise<void> => {
    const { _id, ...fields } = attemptDocument(attempt)
    const set = { ...fields, stamp: stamped.newStamp() }
    try {
      await db.attempt(() => collection.updateOne({ _id }, { $set: set }, { upsert: true }))
    } catch (error) {
      if (!isTaken(error, '_id_') || tries <= 1) throw error
      await put(attempt, tries - 1)
    }
  }

  return {
    async begin(attempt, ttlMs) {
      const until = ((await db.readNow()) + ttlMs) as Instant
      await put(begunStep(attempt, until))
    },
    attempt: (hash) => attemptOrNull({ hash }),
    attemptOf: (beginner) => attemptOrNull({ _id: beginnerKey(beginner) }),
    meet: (hash, meeting) => step(hash, (attempt, now) => metStep(attempt, meeting, now)),
    countTry: (hash, max) => step(hash, (attempt, now) => triedStep(attempt, max, now)),
    async end(hash) {
      const found = await standing({ hash })
      if (!found) return false
      const filter = { _id: found.document._id, hash }
      const { deletedCount } = await db.attempt(() => collection.deleteOne(filter))
      return deletedCount === 1
    },
    async forgetEnded(limit) {
      const until = { $lte: await db.readNow() }
      await deletePage(db, collection, { until }, limit)
    },
  }
}

export function attemptDocument(attempt: LinkAttempt): Omit<AttemptDocument, keyof Stamped> & {
  readonly _id: string
} {
  const { user, expiresAt, ...rest } = attempt
  return {
    _id: begunBy(attempt),
    ...rest,
    user: user && JSON.stringify(user),
    until: expiresAt,
  }
}

export function attemptOf(document: AttemptDocument): LinkAttempt {
  const { hash, begun, user, account, movesFrom, pinHash, tries, until } = document
  const who: PlatformUser | null = user === null ? null : JSON.parse(user)
  return { hash, begun, user: who, account, movesFrom, pinHash, tries, expiresAt: until }
}
