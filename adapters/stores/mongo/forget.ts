import type { Model, mongo } from 'mongoose'
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
  const collection = model.collection as unknown as mongo.Collection<T>
  const until = { $lte: await db.readNow() }
  await deletePage(db, collection, { until } as mongo.Filter<T>, limit)
}

/** Deletes what matches, at most so many, so that a call takes as long however much there is; returns how many. */
export async function deletePage<T extends mongo.Document & { readonly _id: string }>(
  db: Database,
  collection: mongo.Collection<T>,
  filter: mongo.Filter<T>,
  limit: number,
): Promise<number> {
  const found = await db.attempt(() =>
    collection.find(filter).project<{ _id: string }>({ _id: 1 }).limit(limit).toArray(),
  )
  if (found.length === 0) return 0
  const page = { ...filter, _id: { $in: found.map(({ _id }) => _id) } } as mongo.Filter<T>
  const { deletedCount } = await db.attempt(() => collection.deleteMany(page))
  return deletedCount
}
