import { randomUUID } from 'node:crypto'
import type { ShareId } from '#core/ids.ts'
import type { Database } from './database.ts'
import { CALL_MS } from './deadline.ts'
import { portionsOf } from './portions.ts'
import { documentSchema } from './schema.ts'

/** A share whose revision must rise from a time on. */
export interface Change {
  readonly share: ShareId
  readonly from: number
}

interface ChangeDocument extends Change {
  readonly _id: string
  /** Names the write that made the mark what it is. */
  readonly stamp: string
}

const changeSchema = documentSchema<ChangeDocument>({
  _id: String,
  share: String,
  from: Number,
  stamp: String,
})

/** A mark as it was found: one that was set again since is another. */
type Mark = Pick<ChangeDocument, '_id' | 'stamp'>

/**
 * After so long another process may take it that whoever marked a share is gone, and raise its revision. Until
 * then the process that changed it does so itself.
 */
export const RIPE_MS = 10_000
/** So long a mark is relied on for another write: that one is through, or given up, before the mark ripens. */
const TRUSTED_MS = RIPE_MS - CALL_MS - 500

/** A share that changed, and the marks to be removed once its revision was raised. */
export interface Changed {
  readonly share: ShareId
  readonly marks: readonly Mark[]
}

/**
 * Which shares changed since their revision was last raised. A share is marked in the database before anything of
 * it is written, so that a crash in between forgets nothing; while one process goes on changing a share, one mark
 * stands for all of its writes.
 */
export interface Changes {
  /** Runs what changes these shares. */
  watch<T>(shares: Iterable<ShareId>, write: () => Promise<T>): Promise<T>
  /** Marks shares from a time on, by the store's clock; several times the same mark are one. */
  mark(changes: readonly Change[]): Promise<void>
  take(limit: number): Promise<readonly Changed[]>
  /** What was marked again meanwhile stays: it changed after its revision was raised. */
  remove(changed: readonly Changed[]): Promise<void>
}

interface OwnMark extends Mark {
  readonly until: number
}

export function createChanges(db: Database): Changes {
  const collection = db.collection('changed_shares', changeSchema)
  const dirty = new Set<ShareId>()
  const underWay = new Map<ShareId, number>()
  /** The last one of each share is relied on while it is fresh. */
  const own = new Map<ShareId, readonly OwnMark[]>()

  const isMarked = (share: ShareId): boolean =>
    (own.get(share)?.at(-1)?.until ?? 0) > performance.now()

  const markOwn = async (shares: readonly ShareId[]): Promise<void> => {
    if (shares.length === 0) return
    const until = performance.now() + TRUSTED_MS
    const from = (await db.readNow()) + RIPE_MS
    const documents = shares.map((share) => {
      const stamp = randomUUID()
      return { _id: `${share}/${stamp}`, share, from, stamp }
    })
    await db.attempt(() => collection.insertMany(documents, { ordered: false }))
    for (const { _id, share, stamp } of documents) {
      own.set(share, [...(own.get(share) ?? []), { _id, stamp, until }])
    }
  }

  const count = (shares: readonly ShareId[], by: 1 | -1): void => {
    for (const share of shares) {
      const writes = (underWay.get(share) ?? 0) + by
      if (writes === 0) underWay.delete(share)
      else underWay.set(share, writes)
    }
  }

  const ripe = async (limit: number): Promise<readonly ChangeDocument[]> => {
    const now = await db.readNow()
    const filter = { from: { $lte: now } }
    return db.attempt(() => collection.find(filter).limit(limit).toArray())
  }

  /** What is being written keeps its mark: it will have changed once more. */
  const takeOwn = (share: ShareId): readonly Mark[] => {
    dirty.delete(share)
    if (underWay.has(share)) return []
    const marks = own.get(share) ?? []
    own.delete(share)
    return marks
  }

  return {
    async watch(shares, write) {
      const all = [...new Set(shares)]
      count(all, 1)
      try {
        await markOwn(all.filter((share) => !isMarked(share)))
        return await write()
      } finally {
        count(all, -1)
        for (const share of all) dirty.add(share)
      }
    },
    async mark(changes) {
      const operations = changes.map(({ share, from }) => ({
        updateOne: {
          filter: { _id: `${share}/${from}` },
          update: { $set: { share, from, stamp: randomUUID() } },
          upsert: true,
        },
      }))
      for (const some of portionsOf(operations, db.portion)) {
        await db.attempt(() => collection.bulkWrite([...some], { ordered: false }))
      }
    },
    async take(limit) {
      const marks = new Map<ShareId, Mark[]>()
      for (const mark of await ripe(limit)) {
        marks.set(mark.share, [...(marks.get(mark.share) ?? []), mark])
      }
      for (const share of dirty) {
        if (marks.size >= limit) break
        if (!marks.has(share)) marks.set(share, [])
      }
      return [...marks].map(([share, ripe]) => ({ share, marks: [...ripe, ...takeOwn(share)] }))
    },
    async remove(changed) {
      const marks = changed.flatMap((one) => one.marks)
      if (marks.length === 0) return
      const filter = {
        _id: { $in: marks.map(({ _id }) => _id) },
        stamp: { $in: marks.map(({ stamp }) => stamp) },
      }
      await db.attempt(() => collection.deleteMany(filter))
    },
  }
}
