import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { refusal } from '#core/refusal.ts'
import type { Logger } from '#ports/logger.ts'
import type { Database } from './database.ts'
import { ignoreTaken } from './faults.ts'
import { NOBODYS, takingLease } from './leases.ts'
import { createIndexes } from './migrations/001-indexes.ts'
import { createReplyIndexes } from './migrations/002-replies.ts'
import { prepareChat } from './migrations/003-chat.ts'
import { SCHEMA_STATE, type SchemaState, schemaState } from './schema-state.ts'

/** A step to the next version. Run again after a kill in the middle, it comes to the same. */
export interface Migration {
  readonly version: number
  apply(db: Database): Promise<void>
}

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, apply: createIndexes },
  { version: 2, apply: createReplyIndexes },
  { version: 3, apply: prepareChat },
]

/** A process that migrates says so this often; one that has not for the whole lease is taken for dead. */
const LEASE_MS = 15_000
const RENEW_MS = 5_000
const LOOK_AGAIN_MS = 250

interface Lock {
  /** Resolves with the version that the database has, or null while another process holds the lock. */
  take(): Promise<number | null>
  /** Throws where the lock was lost, or the database has that version or a newer one by now. */
  reached(version: number): Promise<void>
  release(): Promise<void>
}

/**
 * Brings the database up to the newest version. Of several processes that start together one does it, and the
 * others wait for it. Throws `conflict` for a database that a newer release has written.
 */
export async function migrate(
  db: Database,
  logger: Logger,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const newest = migrations.at(-1)?.version ?? 0
  const model = db.model(SCHEMA_STATE, schemaState)
  const found = await db.attempt(() => model.findById('schema').lean())
  if (refuseNewer(db, found?.version ?? 0, newest) === newest) return
  const fresh = { _id: 'schema', version: 0, ...NOBODYS } as const
  if (!found) await ignoreTaken(db.attempt(() => model.insertMany([fresh])))
  const lock = createLock(db, model)
  let version = await lock.take()
  while (version === null) {
    await sleep(LOOK_AGAIN_MS)
    version = await lock.take()
  }
  let isLost = false
  /** A lock that ran out may have been another's in between, and may be free again. */
  const renew = async (): Promise<void> => {
    const stands = await lock.take()
    isLost ||= stands === null || stands > (version ?? 0)
  }
  const renewing = setInterval(
    () => void renew().catch((err) => logger.warn({ err }, 'the migration lock is not renewed')),
    RENEW_MS,
  )
  try {
    refuseNewer(db, version, newest)
    for (const migration of migrations) {
      if (migration.version <= version) continue
      if (isLost) throw takenOver()
      version = migration.version
      logger.info({ version }, 'the database is brought to a newer format')
      await migration.apply(db)
      await lock.reached(version)
    }
  } finally {
    clearInterval(renewing)
    // Where that fails too, the lease runs out.
    await lock.release().catch(() => undefined)
  }
}

function refuseNewer({ place }: Database, version: number, newest: number): number {
  if (version <= newest) return version
  throw refusal('conflict', 'setup.cannot.newer_database', { values: { place, version, newest } })
}

function takenOver(): Error {
  return new Error('another process has taken the migration over')
}

/** A lease on the document of the schema, by the server's clock. */
function createLock(db: Database, model: ReturnType<typeof db.model<SchemaState>>): Lock {
  const holder = randomUUID()
  const mine = { _id: 'schema', holder } as const

  return {
    async take() {
      const taking = takingLease(holder, await db.readNow(), LEASE_MS)
      const options = { returnDocument: 'after', updatePipeline: true } as const
      const state = await db.attempt(() =>
        model
          .findOneAndUpdate({ _id: 'schema' }, [{ $set: taking }], options)
          .lean()
          .exec(),
      )
      return state?.holder === holder ? state.version : null
    },
    async reached(version) {
      const { matchedCount } = await db.attempt(() =>
        model.updateOne({ ...mine, version: { $lt: version } }, { $set: { version } }).exec(),
      )
      if (matchedCount === 0) throw takenOver()
    },
    async release() {
      await db.attempt(() => model.updateOne(mine, { $set: NOBODYS }).exec())
    },
  }
}
