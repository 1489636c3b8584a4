import type { Model } from 'mongoose'
import type { Instant } from '#core/ids.ts'
import type { Database } from './database.ts'

/** A document that is of no use from a time on. */
export interface Ending {
  readonly _id: string
  readonly until: Instant
}

/** Deletes what ran out, at most so many. */
export async function forgetEnded<T extends Ending>(
  db: Database,
  model: Model<T>,
  limit: number,
): Promise<void> {
  const until = { $lte: await db.readNow() }
  const ended = await db.attempt(() =>
    model.collection
      .find({ until }, { projection: { _id: 1 } })
      .limit(limit)
      .toArray(),
  )
  if (ended.length === 0) return
  const ids = ended.map(({ _id }) => _id)
  await db.attempt(() => model.collection.deleteMany({ _id: { $in: ids }, until }))
}
