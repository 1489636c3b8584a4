import { mongo } from 'mongoose'
import { ignoreTaken, isTaken, isTakenAlone } from './faults.ts'

/** Inserts what is not there yet: making it twice makes it once. */
export async function insertMissing<T extends mongo.Document>(
  collection: mongo.Collection<T>,
  documents: readonly mongo.OptionalUnlessRequiredId<T>[],
): Promise<void> {
  if (documents.length === 0) return
  await ignoreTaken(collection.insertMany([...documents], { ordered: false }))
}

/** The same, and whether it was each of these that was inserted: false where one was there before. */
export async function insertEach<T extends mongo.Document>(
  collection: mongo.Collection<T>,
  documents: readonly mongo.OptionalUnlessRequiredId<T>[],
): Promise<readonly boolean[]> {
  if (documents.length === 0) return []
  try {
    await collection.insertMany([...documents], { ordered: false })
    return documents.map(() => true)
  } catch (error) {
    if (!isTaken(error) || !isTakenAlone(error)) throw error
    if (!(error instanceof mongo.MongoBulkWriteError)) throw error
    const taken = new Set([error.writeErrors].flat().map(({ index }) => index))
    return documents.map((_, i) => !taken.has(i))
  }
}
