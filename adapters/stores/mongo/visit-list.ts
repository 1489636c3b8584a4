import type { DeliveryId, Instant, ShareId } from '#core/ids.ts'
import { VISITS_PER_PART } from '#ports/store/archive.ts'
import type { Page, PageRequest } from '#ports/store/page.ts'
import type { Visit } from '#ports/store/visits.ts'
import { pageOf, positionOf } from '../cursor.ts'
import { decodePage, encodePage } from '../visit-codec.ts'
import type { Database } from './database.ts'
import { insertMissing } from './inserts.ts'
import { portionsOf } from './portions.ts'
import {
  type PageDocument,
  pageId,
  pageSchema,
  type ShareVisitsDocument,
} from './visit-documents.ts'

/** Visits on a full page, which is a part of an archive. A visit's place in the list says on which page it stands. */
export const PAGE_SIZE = VISITS_PER_PART
/** How many pages are read at once. */
const PAGES_AT_ONCE = 10
/** A finding concerns the last seconds: it is looked for in so many pages, not in years of them. */
const PAGES_BACK = 200

/** A visit and its place in its share's list, counted from 0 in the order of merging. */
export interface Listed {
  readonly place: number
  readonly visit: Visit
}

type ListEnd = Pick<ShareVisitsDocument, '_id' | 'listed' | 'head' | 'found'>

/** The pages of shares' lists. The head behind them stands with the share. */
export interface VisitList {
  page(end: ListEnd | undefined, request: PageRequest): Promise<Page<Visit>>
  /** The visits that came since, newest first, as far back as a finding may concern. */
  since(end: ListEnd, since: number): AsyncIterable<Listed>
  /** The full pages that a merge made. */
  pagesOf(share: ShareId, from: number, visits: readonly Visit[]): readonly PageDocument[]
  insert(pages: readonly PageDocument[]): Promise<void>
  /** Writes into its pages which visits were found to be a scanner's. */
  markFound(share: ShareId, places: readonly number[]): Promise<void>
}

export function createVisitList(db: Database): VisitList {
  const collection = db.collection('visit_pages', pageSchema)

  /** Newest first, beginning below a place. */
  async function* below(end: ListEnd, place: number): AsyncGenerator<Listed> {
    const found = new Set(end.found)
    const listedOf = (visits: readonly Visit[], from: number): Listed[] =>
      visits
        .map((visit, i) => ({ place: from + i, visit }))
        .filter((listed) => listed.place < place)
        .map((listed) =>
          found.has(listed.place) ? { ...listed, visit: scanned(listed.visit) } : listed,
        )
        .reverse()
    const pages = Math.floor(end.listed / PAGE_SIZE)
    yield* listedOf(decodePage(end._id, end.head), pages * PAGE_SIZE)
    let next = Math.min(pages, Math.ceil(place / PAGE_SIZE))
    while (next > 0) {
      const first = Math.max(0, next - PAGES_AT_ONCE)
      const read = await readPages(end._id, first, next)
      for (let page = next - 1; page >= first; page--) {
        yield* listedOf(read.get(page) ?? [], page * PAGE_SIZE)
      }
      next = first
    }
  }

  async function readPages(
    share: ShareId,
    from: number,
    to: number,
  ): Promise<ReadonlyMap<number, readonly Visit[]>> {
    const numbers = Array.from({ length: to - from }, (_, i) => from + i)
    const ids = numbers.map((page) => pageId(share, page))
    const documents = await db.attempt(() => collection.find({ _id: { $in: ids } }).toArray())
    const byId = new Map(documents.map(({ _id, visits }) => [_id, visits]))
    return new Map(
      numbers.map((page) => [page, decodePage(share, byId.get(pageId(share, page)) ?? '[]')]),
    )
  }

  /** A page is written only as it was read: another finding may be written into it meanwhile. */
  async function markOnPage(
    share: ShareId,
    page: number,
    places: ReadonlySet<number>,
  ): Promise<void> {
    const _id = pageId(share, page)
    for (;;) {
      const document = await db.attempt(() => collection.findOne({ _id }))
      if (!document) return
      const visits = decodePage(share, document.visits).map((visit, i) =>
        places.has(page * PAGE_SIZE + i) ? scanned(visit) : visit,
      )
      const change = { $set: { visits: encodePage(visits) } }
      const { matchedCount } = await db.attempt(() =>
        collection.updateOne({ _id, visits: document.visits }, change),
      )
      if (matchedCount === 1) return
    }
  }

  return {
    async page(end, { limit, cursor }) {
      const after = positionOf(cursor)
      if (!end) return { items: [], cursor: null }
      const lines: Listed[] = []
      for await (const listed of below(end, after ? Number(after.id) : end.listed)) {
        lines.push(listed)
        if (lines.length > limit) break
      }
      const page = pageOf(lines, limit, ({ place, visit }) => ({ at: visit.at, id: String(place) }))
      return { items: page.items.map(({ visit }) => visit), cursor: page.cursor }
    },
    async *since(end, since) {
      let old = 0
      let seen = 0
      for await (const listed of below(end, end.listed)) {
        if (++seen > PAGES_BACK * PAGE_SIZE) return
        old = listed.visit.at < since ? old + 1 : 0
        // Visits of several writers are merged a little out of order: one older one is not the end.
        if (old > PAGE_SIZE) return
        yield listed
      }
    },
    pagesOf(share, from, visits) {
      const pages: PageDocument[] = []
      for (let i = 0; i + PAGE_SIZE <= visits.length; i += PAGE_SIZE) {
        const own = visits.slice(i, i + PAGE_SIZE)
        const _id = pageId(share, from / PAGE_SIZE + pages.length)
        pages.push({ _id, visits: encodePage(own) })
      }
      return pages
    },
    async insert(pages) {
      for (const some of portionsOf(pages, db.portion)) {
        await db.attempt(() => insertMissing(collection, some))
      }
    },
    async markFound(share, places) {
      const byPage = Map.groupBy(places, (place) => Math.floor(place / PAGE_SIZE))
      for (const [page, own] of byPage) await markOnPage(share, page, new Set(own))
    },
  }
}

export function scanned(visit: Visit): Visit {
  return { ...visit, class: 'scanner', why: 'many-codes' }
}

/** The earliest open that still counts, no earlier than the one that was taken back. */
export async function firstOpenIn(
  visits: AsyncIterable<Listed>,
  delivery: DeliveryId,
  since: Instant,
): Promise<Instant | null> {
  let first: Instant | null = null
  for await (const { visit } of visits) {
    const counts = visit.delivery === delivery && visit.class === 'human' && visit.at >= since
    if (counts && (first === null || visit.at < first)) first = visit.at
  }
  return first
}
