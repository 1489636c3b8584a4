import type { mongo } from 'mongoose'
import type { Instant, ShareId } from '#core/ids.ts'
import type { RevisedShare, RevisionMark, ShareStore } from '#ports/store/shares.ts'
import type { Changes } from './changes.ts'
import type { Database } from './database.ts'
import { CALL_MS } from './deadline.ts'
import { away } from './faults.ts'
import type { ShareDocument } from './share-document.ts'
import type { ShareTable } from './share-table.ts'

/** A revision shows within this time of the one it bears, or is raised once more. */
const SHOWN_MS = CALL_MS
/** What was raised before a look may show only after it. So each look goes back by more than that may take. */
const OVERLAP_MS = SHOWN_MS + 500

type Fields = Pick<ShareDocument, '_id' | 'account' | 'revision' | 'revisedAt'>
const FIELDS = { account: 1, revision: 1, revisedAt: 1 }

/**
 * Where a follower stands. A look begins `OVERLAP_MS` before the last one began, and may take several pages: `at`
 * and `id` name the last share of the page before, `began` when this look did.
 */
interface Place {
  readonly at: number
  readonly id: string
  /** 0 between two looks. */
  readonly began: number
}

export function createRevising(
  db: Database,
  shares: ShareTable,
  changes: Changes,
): Pick<ShareStore, 'revise' | 'revisedSince'> {
  const { collection } = shares

  /** Throws where it took so long (a slow server, a process that was frozen) that followers may have looked past it. */
  const raise = async (ids: readonly ShareId[]): Promise<readonly RevisedShare[]> => {
    const among = { _id: { $in: [...ids] } }
    const began = performance.now()
    const revisedAt = await db.readNow()
    const raised = { $inc: { revision: 1 }, $set: { revisedAt } }
    await db.attempt(() => collection.updateMany(among, raised))
    if (performance.now() - began > SHOWN_MS) throw away(new Error('revisions were raised late'))
    const found = await db.attempt(() => collection.find(among).project<Fields>(FIELDS).toArray())
    return found.map(revisedOf)
  }

  const raisedBehind = async ({ at, id }: Place, limit: number): Promise<readonly Fields[]> => {
    const filter = {
      revisedAt: { $gte: at },
      $or: [{ revisedAt: { $gt: at } }, { _id: { $gt: id } }],
    } as unknown as mongo.Filter<ShareDocument>
    const query = collection.find(filter).sort({ revisedAt: 1, _id: 1 }).limit(limit)
    return db.attempt(() => query.project<Fields>(FIELDS).toArray())
  }

  return {
    async revise(limit) {
      const changed = await changes.take(limit)
      if (changed.length === 0) return []
      const revised = await raise(changed.map(({ share }) => share))
      await changes.remove(changed)
      return revised
    },
    async revisedSince(mark, limit) {
      const now: Instant = await db.readNow()
      if (mark === null) return { shares: [], mark: markOf({ at: now, id: '', began: 0 }) }
      const place = placeOf(mark)
      const began = place.began || now
      const found = await raisedBehind(place, limit)
      const last = found.at(-1)
      const next: Place =
        last && found.length === limit
          ? { at: last.revisedAt ?? 0, id: last._id, began }
          : { at: began - OVERLAP_MS, id: '', began: 0 }
      return { shares: found.map(revisedOf), mark: markOf(next) }
    },
  }
}

function revisedOf({ _id, account, revision }: Fields): RevisedShare {
  return { id: _id, account, revision }
}

function markOf({ at, id, began }: Place): RevisionMark {
  return [at, id, began].join('/') as RevisionMark
}

function placeOf(mark: RevisionMark): Place {
  const [at, id = '', began] = mark.split('/')
  return { at: Number(at), id, began: Number(began) }
}
