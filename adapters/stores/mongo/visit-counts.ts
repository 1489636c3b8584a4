import { type DeliveryId, type ShareId, splitDeliveryId } from '#core/ids.ts'
import type { DeliveryVisits } from '#ports/store/visits.ts'
import {
  countReclass,
  countVisit,
  emptyTally,
  openCount,
  tallyView,
  type VisitTally,
} from '../visit-tally.ts'
import type { Database } from './database.ts'
import { rangeOf } from './delivery-document.ts'
import { insertMissing } from './inserts.ts'
import { type CountDocument, countSchema } from './visit-documents.ts'
import type { Entry, ShareWork } from './visit-entries.ts'
import { firstOpenIn, type Listed } from './visit-list.ts'

/** A delivery's first open, before a merge and after it. */
export interface Opening {
  readonly delivery: DeliveryId
  readonly share: ShareId
  readonly before: CountDocument['firstAt']
  readonly after: CountDocument['firstAt']
}

/** Counters of deliveries. */
export interface VisitCounts {
  ofShare(share: ShareId): Promise<readonly DeliveryVisits[]>
  /** How many deliveries of each share a human opened; shares without any are left out. */
  opened(shares: readonly ShareId[]): Promise<ReadonlyMap<ShareId, number>>
  /**
   * Merges what came for each delivery, once for each merge. Returns them all; what this merge has written
   * already, before a crash, as if nothing had changed.
   */
  merge(
    number: number,
    work: ReadonlyMap<ShareId, ShareWork>,
    listed: (share: ShareId, since: number) => AsyncIterable<Listed>,
  ): Promise<readonly Opening[]>
}

/** Deliveries that are read and written in one call, and such calls under way: a server uses several cores. */
const AT_ONCE = 250
const CALLS_AT_ONCE = 4

interface Tallied {
  readonly delivery: DeliveryId
  readonly tally: VisitTally
  readonly isNew: boolean
}

export function createVisitCounts(db: Database): VisitCounts {
  const collection = db.collection('visit_counts', countSchema)

  async function read(ids: readonly DeliveryId[]): Promise<ReadonlyMap<DeliveryId, CountDocument>> {
    const found = await db.attempt(() => collection.find({ _id: { $in: [...ids] } }).toArray())
    return new Map(found.map((document) => [document._id, document]))
  }

  async function write(number: number, tallies: readonly Tallied[]): Promise<void> {
    const fresh = tallies.filter(({ isNew }) => isNew)
    const known = tallies.filter(({ isNew }) => !isNew)
    const operations = known.map(({ delivery, tally }) => ({
      updateOne: {
        filter: { _id: delivery, merge: { $lt: number } },
        update: updateOf(delivery, tally, number),
      },
    }))
    await Promise.all([
      db.attempt(() =>
        insertMissing(
          collection,
          fresh.map(({ delivery, tally }) => countDocument(delivery, tally, number)),
        ),
      ),
      operations.length > 0 &&
        db.attempt(() => collection.bulkWrite(operations, { ordered: false })),
    ])
  }

  async function mergeSome(
    number: number,
    some: readonly (readonly [DeliveryId, readonly Entry[]])[],
    listed: (share: ShareId, since: number) => AsyncIterable<Listed>,
  ): Promise<Opening[]> {
    if (some.length === 0) return []
    const known = await read(some.map(([id]) => id))
    const tallies: Tallied[] = []
    const openings: Opening[] = []
    for (const [delivery, entries] of some) {
      const document = known.get(delivery)
      const share = shareIn(delivery)
      const tally = document ? tallyOf(document) : emptyTally()
      const before = tally.firstOpenedAt
      if (!document || document.merge < number) {
        await count(tally, entries, (since) => listed(share, since))
        tallies.push({ delivery, tally, isNew: document === undefined })
      }
      openings.push({ delivery, share, before, after: tally.firstOpenedAt })
    }
    await write(number, tallies)
    return openings
  }

  return {
    async ofShare(share) {
      const found = await db.attempt(() =>
        collection.find({ _id: rangeOf(share) } as object).toArray(),
      )
      return found
        .map((document) => tallyView(document._id, tallyOf(document)))
        .sort((a, b) => numberOf(a.delivery) - numberOf(b.delivery))
    },
    async opened(shares) {
      const counting = [
        { $match: { openedOf: { $in: shares } } },
        { $group: { _id: '$openedOf', opened: { $sum: 1 } } },
      ]
      const found = await db.attempt(() =>
        collection.aggregate<{ _id: ShareId; opened: number }>(counting).toArray(),
      )
      return new Map(found.map(({ _id, opened }) => [_id, opened]))
    },
    async merge(number, work, listed) {
      const all = [...work.values()].flatMap(({ deliveries }) => [...deliveries])
      const openings: Opening[][] = []
      for (let i = 0; i < all.length; i += AT_ONCE * CALLS_AT_ONCE) {
        const groups = Array.from({ length: CALLS_AT_ONCE }, (_, j) =>
          all.slice(i + j * AT_ONCE, i + (j + 1) * AT_ONCE),
        )
        openings.push(
          ...(await Promise.all(groups.map((group) => mergeSome(number, group, listed)))),
        )
      }
      return openings.flat()
    },
  }
}

async function count(
  tally: VisitTally,
  entries: readonly Entry[],
  listed: (since: number) => AsyncIterable<Listed>,
): Promise<void> {
  for (const { visit, reclass } of entries) {
    if (!reclass) countVisit(tally, visit)
    else if (countReclass(tally, visit)) await openAgain(tally, visit.delivery, listed)
  }
}

/** The first open was a scanner's: the next that still counts takes its place. */
async function openAgain(
  tally: VisitTally,
  delivery: DeliveryId,
  listed: (since: number) => AsyncIterable<Listed>,
): Promise<void> {
  const since = tally.firstOpenedAt
  if (since === null || openCount(tally) === 0) {
    tally.firstOpenedAt = null
    return
  }
  tally.firstOpenedAt = (await firstOpenIn(listed(since), delivery, since)) ?? tally.lastVisitAt
}

function updateOf(delivery: DeliveryId, tally: VisitTally, merge: number): object {
  const set = { ...fieldsOf(tally), merge }
  return tally.firstOpenedAt === null
    ? { $set: set, $unset: { openedOf: '' } }
    : { $set: { ...set, openedOf: shareIn(delivery) } }
}

export function countDocument(
  delivery: DeliveryId,
  tally: Readonly<VisitTally>,
  merge: number,
): CountDocument {
  const opened = tally.firstOpenedAt === null ? {} : { openedOf: shareIn(delivery) }
  return { _id: delivery, ...fieldsOf(tally), ...opened, merge }
}

function fieldsOf({
  counts,
  untracked,
  doubtful,
  firstOpenedAt,
  lastVisitAt,
}: Readonly<VisitTally>) {
  return { ...counts, untracked, doubtful, firstAt: firstOpenedAt, lastAt: lastVisitAt }
}

export function tallyOf(document: CountDocument): VisitTally {
  const { human, preview, prefetch, scanner, own, untracked, doubtful } = document
  return {
    counts: { human, preview, prefetch, scanner, own },
    untracked,
    doubtful,
    firstOpenedAt: document.firstAt,
    lastVisitAt: document.lastAt,
  }
}

function shareIn(delivery: DeliveryId): ShareId {
  return delivery.slice(0, delivery.lastIndexOf('-')) as ShareId
}

function numberOf(delivery: DeliveryId): number {
  return splitDeliveryId(delivery)?.n ?? 0
}
