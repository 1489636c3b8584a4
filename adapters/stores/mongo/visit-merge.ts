import type { DeliveryId, Instant, ShareId } from '#core/ids.ts'
import type { FoldResult } from '#ports/store/visits.ts'
import { tellFrom } from '../visit-tally.ts'
import type { Change, Changes } from './changes.ts'
import type { Database } from './database.ts'
import type { DeliveryDocument } from './delivery-document.ts'
import type { DeliveryTable } from './delivery-table.ts'
import { ignoreTaken } from './faults.ts'
import { portionsOf } from './portions.ts'
import type { Opening, VisitCounts } from './visit-counts.ts'
import { type LogDocument, type MergeDocument, mergeSchema } from './visit-documents.ts'
import { sortEntries } from './visit-entries.ts'
import type { VisitList } from './visit-list.ts'
import type { VisitLog } from './visit-log.ts'
import type { ShareVisits } from './visit-shares.ts'

type Carrier = Pick<DeliveryDocument, '_id' | 'account' | 'via'>

/** What came of one merge. */
export type MergeResult = Pick<FoldResult, 'folded' | 'opened' | 'takenBack'>

interface MergeParts {
  readonly log: VisitLog
  readonly list: VisitList
  readonly shares: ShareVisits
  readonly counts: VisitCounts
  readonly changes: Pick<Changes, 'mark'>
  readonly deliveries: DeliveryTable
}

/**
 * Merges the next batches, or finishes the merge that a crash left. Which batches a merge takes is written down
 * before it begins; each document that it changes bears its number then, and is changed by it once. So it may be
 * done again from its beginning at any time, and by two processes at once.
 */
export function createVisitMerge(
  db: Database,
  parts: MergeParts,
): (limit: number) => Promise<MergeResult> {
  const { log, list, shares, counts, changes, deliveries } = parts
  const state = db.collection('visit_merge', mergeSchema)

  async function current(): Promise<MergeDocument> {
    const found = await db.attempt(() => state.findOne({ _id: 'merge' }))
    if (found) return found
    const first = { _id: 'merge', number: 0, logged: [] } as const
    await ignoreTaken(db.attempt(() => state.insertOne({ ...first })))
    return first
  }

  /** Null: there is nothing to merge, or another process was faster. */
  async function begin(limit: number): Promise<MergeDocument | null> {
    const { number, logged } = await current()
    if (logged.length > 0) return { _id: 'merge', number, logged }
    const next = await log.next(limit)
    if (next.length === 0) return null
    const begun = { number: number + 1, logged: next }
    const { matchedCount } = await db.attempt(() =>
      state.updateOne({ _id: 'merge', number }, { $set: begun }),
    )
    return matchedCount === 1 ? { _id: 'merge', ...begun } : null
  }

  async function end({ number }: MergeDocument, merged: readonly LogDocument[]): Promise<void> {
    await log.forget(merged)
    await db.attempt(() => state.updateOne({ _id: 'merge', number }, { $set: { logged: [] } }))
  }

  /** What the merge takes, in its order. */
  async function read({ logged }: MergeDocument): Promise<readonly LogDocument[]> {
    const order = new Map(logged.map((id, i) => [id, i]))
    return (await log.read(logged)).toSorted(
      (a, b) => (order.get(a._id) ?? 0) - (order.get(b._id) ?? 0),
    )
  }

  async function* listed(share: ShareId, since: number) {
    const found = await shares.get(share)
    if (found) yield* list.since(found, since)
  }

  /** What carried a delivery is asked only where it matters: when it opens, and while that is fresh. */
  async function carriers(
    openings: readonly Opening[],
    now: Instant,
  ): Promise<ReadonlyMap<DeliveryId, Carrier>> {
    const asked = openings.filter(
      (opening) => isFirst(opening) || tellFrom(opening.after, 'email', now) > 0,
    )
    const ids = asked.map(({ delivery }) => delivery)
    const found = new Map<DeliveryId, Carrier>()
    for (const some of portionsOf(ids, db.portion)) {
      const query = deliveries.collection
        .find({ _id: { $in: [...some] } })
        .project<Carrier>({ account: 1, via: 1 })
      for (const one of await db.attempt(() => query.toArray())) found.set(one._id, one)
    }
    return found
  }

  return async (limit) => {
    const merge = await begin(limit)
    if (!merge) return { folded: 0, opened: [], takenBack: [] }
    const logged = await read(merge)
    const work = await sortEntries(logged)
    await shares.merge(merge.number, work)
    const openings = await counts.merge(merge.number, work, listed)
    const now = await db.readNow()
    const carriedBy = await carriers(openings, now)
    const via = ({ delivery }: Opening) => carriedBy.get(delivery)?.via ?? null
    await changes.mark(
      distinct(
        openings.map((opening) => ({
          share: opening.share,
          from: tellFrom(opening.after, via(opening), now),
        })),
      ),
    )
    await end(merge, logged)
    return {
      folded: merge.logged.length,
      opened: openings.filter(isFirst).flatMap((opening) => {
        const { delivery, share, after: at } = opening
        const account = carriedBy.get(delivery)?.account
        return account && at !== null ? [{ delivery, share, account, via: via(opening), at }] : []
      }),
      takenBack: openings
        .filter(({ before, after }) => before !== null && after === null)
        .map(({ delivery }) => delivery),
    }
  }
}

function isFirst({ before, after }: Opening): boolean {
  return before === null && after !== null
}

function distinct(all: readonly Change[]): readonly Change[] {
  return [...new Map(all.map((change) => [`${change.share}/${change.from}`, change])).values()]
}
