import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { Via } from '#core/address.ts'
import {
  type AccountId,
  type DeliveryId,
  deliveryId,
  type Instant,
  type ShareId,
} from '#core/ids.ts'
import type { FoldResult, Visit } from '#ports/store/visits.ts'
import { decodePage, encodePage } from '../visit-codec.ts'
import {
  countReclass,
  countStat,
  countVisit,
  emptyStats,
  emptyTally,
  openCount,
  reclassStat,
  type StatTally,
  tellFrom,
  type VisitTally,
} from '../visit-tally.ts'
import { PAGES_AT_ONCE, VISIT_QUERIES } from './visit-queries.ts'

/** A visit or a finding, with the batch it came in. */
export interface Entry {
  readonly batch: number
  readonly visit: Visit
  readonly reclass: boolean
}

export type Row = Record<string, SQLOutputValue>

const PAGE_SIZE = 64
/** A finding concerns the last seconds: it is looked for in so many pages, not in years of them. */
const PAGES_BACK = 200

const PUT_COUNT = `INSERT INTO visit_count
  (share, n, human, preview, prefetch, scanner, own, untracked, doubtful, first_at, last_at, applied)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (share, n) DO UPDATE SET human = excluded.human, preview = excluded.preview,
  prefetch = excluded.prefetch, scanner = excluded.scanner, own = excluded.own,
  untracked = excluded.untracked, doubtful = excluded.doubtful, first_at = excluded.first_at,
  last_at = excluded.last_at, applied = excluded.applied`

const PUT_SHARE = `INSERT INTO visit_share (share, stats, applied) VALUES (?, ?, ?)
  ON CONFLICT (share) DO UPDATE SET stats = excluded.stats, applied = excluded.applied`

/**
 * Merges entries into the rows of one share or one delivery, within the caller's transaction. Each row knows how
 * far it is merged, so that entries given again, after a crash between two transactions, are left out.
 */
export interface VisitMerge {
  /** The share's statistics and pages. Comes before its deliveries. */
  share(share: ShareId, entries: readonly Entry[]): void
  /**
   * The delivery's counters; whether it was opened first, or every opening taken back. `from` is when its share
   * is to be told of (0: at once); undefined where nothing is new.
   */
  delivery(
    share: ShareId,
    n: number,
    entries: readonly Entry[],
  ): {
    opened: FoldResult['opened'][number] | undefined
    takenBack: boolean
    from: number | undefined
  }
}

export function createVisitMerge(db: DatabaseSync, now: () => Instant): VisitMerge {
  const getShare = db.prepare(VISIT_QUERIES.mergedShare)
  const putShare = db.prepare(PUT_SHARE)
  const addPage = db.prepare('INSERT INTO visit_page (share, last_at, visits) VALUES (?, ?, ?)')
  const changePage = db.prepare('UPDATE visit_page SET visits = ? WHERE id = ?')
  const pagesBack = db.prepare(VISIT_QUERIES.pagesBefore)
  const getCount = db.prepare(VISIT_QUERIES.mergedDelivery)
  const putCount = db.prepare(PUT_COUNT)
  const getDelivery = db.prepare(VISIT_QUERIES.delivery)

  /** Marks one visit of the pages as a scanner's. */
  function reclassListed(share: ShareId, found: Visit): void {
    for (const page of pages(pagesBack, share, found.at)) {
      const i = page.visits.findIndex((visit) => sameHuman(visit, found))
      const visit = page.visits[i]
      if (!visit) continue
      page.visits[i] = { ...visit, class: 'scanner', why: 'many-codes' }
      changePage.run(encodePage(page.visits), page.id)
      return
    }
  }

  /** The earliest open that still counts, no earlier than the one taken back. */
  function nextOpen(share: ShareId, delivery: DeliveryId, tally: VisitTally): Instant | null {
    const since = tally.firstOpenedAt
    if (since === null || openCount(tally) === 0) return null
    let first: Instant | null = null
    for (const page of pages(pagesBack, share, since)) {
      for (const visit of page.visits) {
        const counts = visit.delivery === delivery && visit.class === 'human' && visit.at >= since
        if (counts && (first === null || visit.at < first)) first = visit.at
      }
    }
    return first ?? tally.lastVisitAt
  }

  function openedView(
    share: ShareId,
    n: number,
    at: Instant | null,
  ): FoldResult['opened'][number] | undefined {
    const row = getDelivery.get(share, n)
    if (!row || at === null) return undefined
    const via = row.via as Via | null
    return { delivery: deliveryId(share, n), share, account: row.account as AccountId, via, at }
  }

  /** What carried a delivery is asked only where it matters: while its first open is fresh. */
  function fromWhen(share: ShareId, n: number, first: Instant | null): number {
    const at = now()
    if (tellFrom(first, 'email', at) === 0) return 0
    return tellFrom(first, (getDelivery.get(share, n)?.via ?? null) as Via | null, at)
  }

  return {
    share(share, entries) {
      const row = getShare.get(share)
      const fresh = after(entries, row)
      const last = fresh.at(-1)
      if (!last) return
      const stats = row ? (JSON.parse(row.stats as string) as StatTally) : emptyStats()
      const listed: Visit[] = []
      for (const { visit, reclass } of fresh) {
        if (reclass) reclassStat(stats, visit)
        else countStat(stats, visit)
        if (!reclass && visit.tracked) listed.push(visit)
      }
      for (let i = 0; i < listed.length; i += PAGE_SIZE) {
        const page = listed.slice(i, i + PAGE_SIZE)
        addPage.run(share, page.at(-1)?.at ?? 0, encodePage(page))
      }
      for (const { visit, reclass } of fresh) {
        if (reclass && visit.tracked) reclassListed(share, visit)
      }
      putShare.run(share, JSON.stringify(stats), last.batch)
    },
    delivery(share, n, entries) {
      const row = getCount.get(share, n)
      const fresh = after(entries, row)
      const last = fresh.at(-1)
      if (!last) return { opened: undefined, takenBack: false, from: undefined }
      const tally = row ? tallyOf(row) : emptyTally()
      const before = tally.firstOpenedAt
      for (const { visit, reclass } of fresh) {
        if (!reclass) countVisit(tally, visit)
        else if (countReclass(tally, visit)) {
          tally.firstOpenedAt = nextOpen(share, visit.delivery, tally)
        }
      }
      const { human, preview, prefetch, scanner, own } = tally.counts
      const { untracked, doubtful, firstOpenedAt, lastVisitAt } = tally
      const counts = [human, preview, prefetch, scanner, own, untracked, doubtful]
      putCount.run(share, n, ...counts, firstOpenedAt, lastVisitAt, last.batch)
      const opened = before === null && firstOpenedAt !== null
      return {
        opened: opened ? openedView(share, n, firstOpenedAt) : undefined,
        takenBack: before !== null && firstOpenedAt === null,
        from: fromWhen(share, n, firstOpenedAt),
      }
    },
  }
}

interface ListPage {
  readonly id: number
  readonly visits: Visit[]
}

/** A share's pages, newest first, back to those that end before `since`. */
function* pages(statement: StatementSync, share: ShareId, since: number): Generator<ListPage> {
  let before = Number.MAX_SAFE_INTEGER
  for (let seen = 0; seen < PAGES_BACK; seen += PAGES_AT_ONCE) {
    const rows = statement.all(share, before)
    for (const row of rows) {
      if ((row.last_at as number) < since) return
      yield { id: row.id as number, visits: decodePage(share, row.visits as string) }
    }
    if (rows.length < PAGES_AT_ONCE) return
    before = rows.at(-1)?.id as number
  }
}

/** The entries that the row has not merged yet. */
function after(entries: readonly Entry[], row: Row | undefined): readonly Entry[] {
  const applied = Number(row?.applied ?? 0)
  return applied === 0 ? entries : entries.filter(({ batch }) => batch > applied)
}

export function tallyOf(row: Row): VisitTally {
  const number = (name: string): number => Number(row[name])
  return {
    counts: {
      human: number('human'),
      preview: number('preview'),
      prefetch: number('prefetch'),
      scanner: number('scanner'),
      own: number('own'),
    },
    untracked: number('untracked'),
    doubtful: number('doubtful'),
    firstOpenedAt: row.first_at as Instant | null,
    lastVisitAt: row.last_at as Instant | null,
  }
}

function sameHuman(a: Visit, b: Visit): boolean {
  return (
    a.class === 'human' && a.delivery === b.delivery && a.at === b.at && a.visitor === b.visitor
  )
}
