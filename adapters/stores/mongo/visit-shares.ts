import type { ShareId } from '#core/ids.ts'
import type { Visit } from '#ports/store/visits.ts'
import { decodePage, encodePage } from '../visit-codec.ts'
import { countStat, emptyStats, reclassStat, type StatTally } from '../visit-tally.ts'
import type { Database } from './database.ts'
import { ignoreTaken } from './faults.ts'
import { portionsOf } from './portions.ts'
import {
  type PageDocument,
  type ShareVisitsDocument,
  shareVisitsSchema,
} from './visit-documents.ts'
import type { ShareWork } from './visit-entries.ts'
import { type Listed, PAGE_SIZE, scanned, type VisitList } from './visit-list.ts'

/** Statistics and lists of shares. */
export interface ShareVisits {
  get(share: ShareId): Promise<ShareVisitsDocument | undefined>
  /** Merges what came for each share, once for each merge, and finishes what a crash left of it. */
  merge(number: number, work: ReadonlyMap<ShareId, ShareWork>): Promise<void>
}

/** What a merge makes of one share. */
interface Merged {
  readonly document: ShareVisitsDocument
  readonly pages: readonly PageDocument[]
}

export function createShareVisits(db: Database, list: VisitList): ShareVisits {
  const collection = db.collection('visit_shares', shareVisitsSchema)

  async function read(
    shares: readonly ShareId[],
  ): Promise<ReadonlyMap<ShareId, ShareVisitsDocument>> {
    const found = await db.attempt(() => collection.find({ _id: { $in: [...shares] } }).toArray())
    return new Map(found.map((document) => [document._id, document]))
  }

  async function mergeOne(
    number: number,
    share: ShareId,
    { entries }: ShareWork,
    before: ShareVisitsDocument | undefined,
  ): Promise<Merged> {
    const stats: StatTally = before ? JSON.parse(before.stats) : emptyStats()
    const listed: Visit[] = before ? decodePage(share, before.head) : []
    const scanners: Visit[] = []
    for (const { visit, reclass } of entries) {
      if (reclass) reclassStat(stats, visit)
      else countStat(stats, visit)
      if (visit.tracked) (reclass ? scanners : listed).push(visit)
    }
    const first = fullBefore(before?.listed ?? 0)
    const earlier = scanners.filter((visit) => !markIn(listed, visit))
    const found = before ? await placesOf(earlier, before) : []
    const full = fullBefore(listed.length)
    const document = {
      _id: share,
      stats: JSON.stringify(stats),
      listed: first + listed.length,
      head: encodePage(listed.slice(full)),
      merge: number,
      ...(found.length > 0 ? { found } : {}),
    }
    return { document, pages: list.pagesOf(share, first, listed) }
  }

  /** Where in the list these visits stand; those that are too far back are left out. */
  async function placesOf(
    visits: readonly Visit[],
    before: ShareVisitsDocument,
  ): Promise<readonly number[]> {
    const found: number[] = []
    for (const visit of visits) {
      const place = await placeOf(visit, list.since(before, visit.at), found)
      if (place !== undefined) found.push(place)
    }
    return found
  }

  /** The pages first: what the shares say they have, is there. */
  async function write(number: number, merged: readonly Merged[]): Promise<void> {
    await list.insert(merged.flatMap(({ pages }) => pages))
    const operations = merged.map(({ document: { _id, ...rest } }) => ({
      updateOne: {
        filter: { _id, merge: { $lt: number } },
        update: { $set: rest },
        upsert: true,
      },
    }))
    if (operations.length === 0) return
    await ignoreTaken(db.attempt(() => collection.bulkWrite(operations, { ordered: false })))
  }

  /** Findings stand with their share until their pages say them too. */
  async function settleFound({ _id, merge, found = [] }: ShareVisitsDocument): Promise<void> {
    if (found.length === 0) return
    await list.markFound(_id, found)
    await db.attempt(() => collection.updateOne({ _id, merge }, { $unset: { found: '' } }))
  }

  async function mergeSome(
    number: number,
    work: readonly (readonly [ShareId, ShareWork])[],
  ): Promise<void> {
    const before = await read(work.map(([share]) => share))
    const merged: Merged[] = []
    for (const [share, own] of work) {
      const known = before.get(share)
      if (known && known.merge >= number) await settleFound(known)
      else merged.push(await mergeOne(number, share, own, known))
    }
    await write(number, merged)
    for (const { document } of merged) await settleFound(document)
  }

  return {
    get: async (share) => (await read([share])).get(share),
    async merge(number, work) {
      for (const some of portionsOf([...work], db.portion)) await mergeSome(number, some)
    },
  }
}

/** The place in the list at which the last page that is full ends. */
function fullBefore(listed: number): number {
  return listed - (listed % PAGE_SIZE)
}

/** Whether the visit was among them; it is marked there. */
function markIn(listed: Visit[], found: Visit): boolean {
  const i = listed.findIndex((visit) => isSameHuman(visit, found))
  const visit = listed[i]
  if (visit) listed[i] = scanned(visit)
  return visit !== undefined
}

async function placeOf(
  found: Visit,
  listed: AsyncIterable<Listed>,
  except: readonly number[],
): Promise<number | undefined> {
  for await (const { place, visit } of listed) {
    if (isSameHuman(visit, found) && !except.includes(place)) return place
  }
  return undefined
}

function isSameHuman(a: Visit, b: Visit): boolean {
  return (
    a.class === 'human' && a.delivery === b.delivery && a.at === b.at && a.visitor === b.visitor
  )
}
