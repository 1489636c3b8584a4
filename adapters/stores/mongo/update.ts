import type { Model, mongo } from 'mongoose'
import type { Database } from './database.ts'
import { insertMissing } from './inserts.ts'

/**
 * Values that come from outside stand in a pipeline as literals: what begins with a dollar sign would be read as
 * the name of a field.
 */
export function literal<T>(value: T): { readonly $literal: T } {
  return { $literal: value }
}

/** What a part of a document says, path by path: written so, it keeps what a newer release has beside it. */
export function withinPart(part: string, values: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${part}.${key}`, value]))
}

/**
 * Changes a document by the stages of a pipeline, and returns it as it came to be. Where there is none, `fresh` is
 * made first, by an insert of its own: of two pipelines that both find nothing and upsert, compatible servers lose
 * one.
 */
export async function changeOrMake<T extends { readonly _id: string }>(
  db: Database,
  model: Model<T>,
  fresh: T,
  steps: readonly object[],
): Promise<T> {
  const collection = model.collection as unknown as mongo.Collection<{ _id: string }>
  const change = () =>
    db.attempt(() =>
      collection.findOneAndUpdate({ _id: fresh._id }, [...steps], { returnDocument: 'after' }),
    )
  let changed = await change()
  if (!changed) {
    await db.attempt(() => insertMissing(collection, [fresh]))
    changed = await change()
  }
  if (!changed) throw new Error('a document was made and is not there')
  return changed as unknown as T
}
