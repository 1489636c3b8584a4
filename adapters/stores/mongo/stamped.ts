import { randomUUID } from 'node:crypto'
import type { mongo } from 'mongoose'
import type { Database } from './database.ts'

/** A document that is changed only by who read it as it stands. */
export interface Stamped {
  readonly _id: string
  /** Names the write that made it what it is. */
  readonly stamp: string
  /** The writes before that, newest first. */
  readonly stamps?: readonly string[]
}

/** What a write makes of a document that was read. */
export interface StampedWrite {
  readonly before: Stamped
  readonly set: Readonly<Record<string, unknown>>
  readonly unset: readonly string[]
}

/**
 * Compare-and-set on single documents: a write holds only where the document still bears the stamp that was read.
 * So what was decided on a reading is never written over another's decision, however late the write arrives.
 */
export interface StampedCollection {
  /** Whether the write held. */
  put(write: StampedWrite): Promise<boolean>
  /** The same for each, in one call. */
  putAll(writes: readonly StampedWrite[]): Promise<readonly boolean[]>
  newStamp(): string
}

/** Enough to tell one's own write from others that came right after it. */
const REMEMBERED = 3

export function createStamped<T extends mongo.Document & Stamped>(
  db: Database,
  collection: mongo.Collection<T>,
): StampedCollection {
  const writer = randomUUID().slice(0, 8)
  let writes = 0
  const newStamp = (): string => `${writer}${(++writes).toString(36)}`

  const operationOf = ({ before, set, unset }: StampedWrite, stamp: string) => {
    const stamps = [before.stamp, ...(before.stamps ?? [])].slice(0, REMEMBERED)
    const gone = Object.fromEntries(unset.map((path) => [path, 1]))
    return {
      filter: { _id: before._id, stamp: before.stamp } as mongo.Filter<T>,
      update: {
        $set: { ...set, stamp, stamps },
        ...(unset.length > 0 ? { $unset: gone } : {}),
      } as unknown as mongo.UpdateFilter<T>,
    }
  }

  const put = async (write: StampedWrite): Promise<boolean> => {
    const { filter, update } = operationOf(write, newStamp())
    const { matchedCount } = await db.attempt(() => collection.updateOne(filter, update))
    return matchedCount === 1
  }

  /** A bulk write does not say which of them matched: the documents do. */
  const held = async (
    writes: readonly StampedWrite[],
    stamps: readonly string[],
  ): Promise<readonly boolean[]> => {
    const ids = writes.map(({ before }) => before._id)
    const found = await db.attempt(() =>
      collection
        .find({ _id: { $in: ids } } as mongo.Filter<T>)
        .project<Stamped>({ stamp: 1, stamps: 1 })
        .toArray(),
    )
    const known = new Map(found.map((now) => [now._id, [now.stamp, ...(now.stamps ?? [])]]))
    return ids.map((id, i) => known.get(id)?.includes(stamps[i] as string) ?? false)
  }

  return {
    put,
    newStamp,
    async putAll(writes) {
      const [first, ...others] = writes
      if (!first) return []
      if (others.length === 0) return [await put(first)]
      const stamps = writes.map(newStamp)
      const operations = writes.map((write, i) => ({
        updateOne: operationOf(write, stamps[i] as string),
      }))
      const { matchedCount } = await db.attempt(() =>
        collection.bulkWrite(operations as mongo.AnyBulkWriteOperation<T>[], { ordered: false }),
      )
      if (matchedCount === writes.length) return writes.map(() => true)
      return held(writes, stamps)
    },
  }
}
