import type { mongo } from 'mongoose'
import type { DeliveryState } from '#core/delivery.ts'
import type { AccountId, Instant, ShareId } from '#core/ids.ts'
import type { ShareStore, ShareSummary } from '#ports/store/shares.ts'
import { pageOf, positionOf } from '../cursor.ts'
import { viewOf } from '../stored-delivery.ts'
import { type AcceptingDeps, createAccepting } from './accepting.ts'
import { createBlanking } from './blanking.ts'
import { runAll } from './chores.ts'
import type { Database } from './database.ts'
import { type DeliveryDocument, rangeOf } from './delivery-document.ts'
import type { DeliveryTable } from './delivery-table.ts'
import { isAway } from './faults.ts'
import { createMarking } from './marking.ts'
import type { Receipts } from './receipts.ts'
import type { MongoReplies } from './replies.ts'
import { createRevising } from './revising.ts'
import { type ShareDocument, shareOf } from './share-document.ts'
import type { ShareLists } from './share-lists.ts'
import type { ShareTable } from './share-table.ts'
import type { DropUnused } from './unused-reaches.ts'
import type { WholeShares } from './whole-shares.ts'

/** How many shares an export reads at a time. */
const EXPORT_PAGE = 50

export interface SharesDeps extends Omit<AcceptingDeps, 'shares'> {
  readonly shares: ShareTable
  readonly table: DeliveryTable
  readonly whole: WholeShares
  readonly replies: Pick<MongoReplies, 'blankTo'>
  readonly lists: ShareLists
  readonly dropUnused: DropUnused
  readonly receipts: Pick<Receipts, 'repair'>
  /** How many deliveries of each share a human opened. */
  readonly openedCounts: (shares: readonly ShareId[]) => Promise<ReadonlyMap<ShareId, number>>
  /** Forgets sessions and one-time links that ran out. */
  readonly forgetEnded: (limit: number) => Promise<void>
}

type Unfinished = Pick<ShareDocument, '_id' | 'endings'>
type Counts = Readonly<Partial<Record<DeliveryState, number>>>

export function createMongoShares(db: Database, deps: SharesDeps): ShareStore {
  const { shares, table, whole, lists, keys, plans, changes } = deps
  const marking = createMarking(db, { shares, table, whole, changes })

  const countStates = async (share: ShareId, now: Instant): Promise<Counts> => {
    const come = { $and: [{ $eq: ['$state', 'scheduled'] }, { $lte: ['$due.at', now] }] }
    const pipeline = [
      { $match: { _id: rangeOf(share) } as mongo.Filter<DeliveryDocument> },
      { $group: { _id: { $cond: [come, 'queued', '$state'] }, n: { $sum: 1 } } },
    ]
    const found = await db.attempt(() =>
      table.collection.aggregate<{ _id: DeliveryState; n: number }>(pipeline).toArray(),
    )
    return Object.fromEntries(found.map(({ _id, n }) => [_id, n]))
  }

  const summaryOf = async (
    document: ShareDocument,
    opened: number,
    now: Instant,
  ): Promise<ShareSummary> => {
    const { _id: id, deliveries: planned } = document
    const share = shareOf(document)
    const states = await countStates(id, now)
    if (totalOf(states) < planned && (await plans.finishOf(id))) {
      return summaryOf(document, opened, now)
    }
    return { share, states, opened, total: totalOf(states) }
  }

  const newest = async (account: AccountId, before: number | null, count: number) => {
    const found: ShareDocument[] = []
    for await (const page of lists.pagesDown(account, count, before)) {
      found.push(...page)
      if (found.length >= count) break
    }
    return found.slice(0, count)
  }

  /** Those with something that a crash may have cut off, without their plans, which may be megabytes each. */
  const unfinished = (limit: number): Promise<readonly Unfinished[]> =>
    db.attempt(async () => {
      const planned = { 'plans.first': { $gte: 0 } } as mongo.Filter<ShareDocument>
      const ending = { endings: { $in: ['cancelled', 'recalled'] } } as mongo.Filter<ShareDocument>
      const found = await Promise.all(
        [planned, ending].map((filter) =>
          shares.collection.find(filter).project<Unfinished>({ endings: 1 }).limit(limit).toArray(),
        ),
      )
      return [...new Map(found.flat().map((share) => [share._id, share])).values()].slice(0, limit)
    })

  const finish = async (share: Unfinished): Promise<void> => {
    await plans.finishOf(share._id)
    await marking.finish(share)
  }

  /** What a repair could not finish comes last in the next: no share keeps it from the others. */
  const failed = new Set<ShareId>()

  /** Returns how many were looked at. Goes no further where the database is away. */
  const finishSome = async (limit: number): Promise<number> => {
    const found = await unfinished(limit)
    const faults: unknown[] = []
    for (const share of failedLast(found, failed)) {
      failed.delete(share._id)
      await finish(share).catch((fault: unknown) => {
        failed.add(share._id)
        faults.push(fault)
      })
      if (faults.some(isAway)) break
    }
    if (faults.length > 0) throw new AggregateError(faults, 'Shares could not be finished.')
    return found.length
  }

  return {
    findByKey: (account, key, hash) => keys.taken(account, { key, hash }),
    ...createAccepting(db, { ...deps, shares: shares.collection }),
    get: shares.get,
    async page(account, { limit, cursor }) {
      const found = await newest(account, positionOf(cursor)?.at ?? null, limit + 1)
      const page = pageOf(found, limit, ({ seq, _id }) => ({ at: seq, id: _id }))
      const [now, opened] = await Promise.all([
        db.readNow(),
        deps.openedCounts(page.items.map(({ _id }) => _id)),
      ])
      const items = await Promise.all(
        page.items.map((share) => summaryOf(share, opened.get(share._id) ?? 0, now)),
      )
      return { items, cursor: page.cursor }
    },
    mark: marking.mark,
    ...createRevising(db, shares, changes),
    async repair(limit) {
      let repaired = 0
      await runAll([
        async () => (repaired += await finishSome(limit)),
        async () => (repaired += await deps.receipts.repair(limit)),
        () => deps.forgetEnded(limit),
        () => keys.freeLapsed(limit),
      ])
      return repaired
    },
    ...createBlanking(db, { table, dropUnused: deps.dropUnused, replies: deps.replies }),
    async *export(account) {
      for await (const page of lists.pagesUp(account, EXPORT_PAGE)) {
        for (const share of page) {
          const [now, reads] = await Promise.all([db.readNow(), whole.deliveries(share._id)])
          const deliveries = reads.map(({ delivery }) => viewOf(delivery, now))
          yield { share: shareOf(share), deliveries }
        }
      }
    },
  }
}

function failedLast(
  found: readonly Unfinished[],
  failed: ReadonlySet<ShareId>,
): readonly Unfinished[] {
  const rank = ({ _id }: Unfinished): number => (failed.has(_id) ? 1 : 0)
  return found.toSorted((a, b) => rank(a) - rank(b))
}

function totalOf(states: Counts): number {
  return Object.values(states).reduce((sum, n) => sum + n, 0)
}
