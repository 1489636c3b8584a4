import type { mongo } from 'mongoose'
import { ignoreTaken } from './faults.ts'

/** Inserts what is not there yet: making it twice makes it once. */
export async function insertMissing<T extends mongo.Document>(
  collection: mongo.Collection<T>,
  documents: readonly mongo.OptionalUnlessRequiredId<T>[],
): Promise<void> {
  if (documents.length === 0) return
  await ignoreTaken(collection.insertMany([...documents], { ordered: false }))
}
