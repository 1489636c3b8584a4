import type { mongo } from 'mongoose'
import type { Database } from '../database.ts'
import { attempt } from '../deadline.ts'

/** Each by its collection. Names are ours, since faults tell of a broken index by its name alone. */
export type Indexes = Readonly<
  Record<string, readonly (mongo.IndexDescription & { name: string })[]>
>

/** An index over many documents takes its time; a process that is killed meanwhile finds it made. */
const BUILD_MS = 600_000

/** Makes what is not there yet. */
export async function makeIndexes({ connection }: Database, all: Indexes): Promise<void> {
  for (const [collection, indexes] of Object.entries(all)) {
    await attempt(() => connection.collection(collection).createIndexes([...indexes]), BUILD_MS)
  }
}
