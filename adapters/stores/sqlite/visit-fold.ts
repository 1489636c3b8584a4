import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'
import type { DeliveryId, Instant, ShareId } from '#core/ids.ts'
import type { FoldResult } from '#ports/store/visits.ts'
import { decodeBatch } from '../visit-codec.ts'
import { createVisitMerge, type Entry } from './visit-merge.ts'
import { VISIT_QUERIES } from './visit-queries.ts'

/** How long the event loop is held at a time: visits that come meanwhile wait no longer than that. */
const SLICE_MS = 2
const BATCHES_AT_ONCE = 20
const DROPPED_AT_ONCE = 200

/** What is to be merged into one share, in the order of the batches. */
interface ShareWork {
  readonly entries: Entry[]
  readonly deliveries: Map<number, Entry[]>
}

interface Gathered {
  readonly shares: Map<ShareId, ShareWork>
  /** Of each writer the last batch. */
  readonly writers: Map<string, { seq: number; id: number }>
  readonly last: number
  readonly batches: number
}

/**
 * Merges the oldest batches of the log, in transactions of a few milliseconds with a turn of the event loop
 * between them. A batch leaves the log when all of it is merged; until then the rows themselves know what they
 * have of it.
 */
export function createVisitFold(
  db: DatabaseSync,
  now: () => Instant,
): (limit: number) => Promise<FoldResult> {
  const merge = createVisitMerge(db, now)
  const oldest = db.prepare(VISIT_QUERIES.oldestBatches)
  const noteWriter = db.prepare(`INSERT INTO visit_writer (writer, seq, batch_id) VALUES (?, ?, ?)
    ON CONFLICT (writer) DO UPDATE SET seq = excluded.seq, batch_id = excluded.batch_id`)
  const drop = db.prepare(VISIT_QUERIES.dropBatches)
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const markChanged = db.prepare(
    'INSERT OR IGNORE INTO changed_share (from_at, share) VALUES (?, ?)',
  )
  /** The mark that this transaction has made last: the share's revision must rise. */
  let marked = ''

  function mark(share: ShareId, from: number): void {
    const made = `${from} ${share}`
    if (made !== marked) markChanged.run(from, share)
    marked = made
  }

  async function gather(limit: number): Promise<Gathered> {
    const shares = new Map<ShareId, ShareWork>()
    const writers: Gathered['writers'] = new Map()
    let last = 0
    let batches = 0
    while (batches < limit) {
      const wanted = Math.min(BATCHES_AT_ONCE, limit - batches)
      const rows = oldest.all(last, wanted)
      for (const row of rows) {
        last = row.id as number
        writers.set(row.writer as string, { seq: row.seq as number, id: last })
        const { visits, reclassed } = decodeBatch(row.entries as string)
        for (const visit of visits) sort(shares, { batch: last, visit, reclass: false })
        for (const { visit } of reclassed) sort(shares, { batch: last, visit, reclass: true })
      }
      batches += rows.length
      if (rows.length < wanted) break
      await turn()
    }
    return { shares, writers, last, batches }
  }

  /** One step each: a share, then its deliveries, which mark it. */
  function* steps(
    shares: Gathered['shares'],
    opened: FoldResult['opened'][number][],
    takenBack: DeliveryId[],
  ): Generator<void> {
    for (const [share, { entries, deliveries }] of shares) {
      merge.share(share, entries)
      yield
      for (const [n, own] of deliveries) {
        const result = merge.delivery(share, n, own)
        if (result.from !== undefined) mark(share, result.from)
        if (result.opened) opened.push(result.opened)
        if (result.takenBack) takenBack.push((own[0] as Entry).visit.delivery)
        yield
      }
    }
  }

  function transaction(work: () => void): void {
    begin.run()
    marked = ''
    try {
      work()
      commit.run()
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }

  async function inSlices(work: Generator<void>): Promise<void> {
    for (let done = false; !done; ) {
      transaction(() => {
        const end = performance.now() + SLICE_MS
        do done = work.next().done === true
        while (!done && performance.now() < end)
      })
      await turn()
    }
  }

  async function forget({ writers, last, batches }: Gathered): Promise<void> {
    const first = last - batches
    for (let to = first; to < last; ) {
      to = Math.min(to + DROPPED_AT_ONCE, last)
      transaction(() => {
        for (const [writer, { seq, id }] of writers) {
          if (id <= to) noteWriter.run(writer, seq, id)
        }
        drop.run(to)
      })
      await turn()
    }
  }

  return async (limit) => {
    const gathered = await gather(limit)
    if (gathered.batches === 0) return { folded: 0, more: false, opened: [], takenBack: [] }
    const opened: FoldResult['opened'][number][] = []
    const takenBack: DeliveryId[] = []
    await inSlices(steps(gathered.shares, opened, takenBack))
    await forget(gathered)
    return { folded: gathered.batches, more: gathered.batches === limit, opened, takenBack }
  }
}

function sort(shares: Map<ShareId, ShareWork>, entry: Entry): void {
  const { delivery } = entry.visit
  const cut = delivery.lastIndexOf('-')
  const share = delivery.slice(0, cut) as ShareId
  const n = Number(delivery.slice(cut + 1))
  let work = shares.get(share)
  if (!work) {
    work = { entries: [], deliveries: new Map() }
    shares.set(share, work)
  }
  work.entries.push(entry)
  const own = work.deliveries.get(n)
  if (own) own.push(entry)
  else work.deliveries.set(n, [entry])
}
