import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RandomBytes, ShareId } from '#core/ids.ts'
import type { FoldResult, VisitStore } from '#ports/store/visits.ts'
import { emptyStats, statsView } from '../visit-tally.ts'
import type { Changes } from './changes.ts'
import type { Database } from './database.ts'
import type { Leases } from './leases.ts'
import { createVisitCounts, type VisitCounts } from './visit-counts.ts'
import { createLinkReader, type LinkSources } from './visit-links.ts'
import { createVisitList } from './visit-list.ts'
import { createVisitLog } from './visit-log.ts'
import { createVisitMerge, type MergeResult } from './visit-merge.ts'
import { createSalts } from './visit-salts.ts'
import { createShareVisits } from './visit-shares.ts'

export interface MongoVisits extends VisitStore {
  /** How many deliveries of each share a human opened; shares without any are left out. */
  opened: VisitCounts['opened']
}

interface VisitDeps {
  readonly sources: LinkSources
  readonly changes: Pick<Changes, 'mark'>
  readonly leases: Leases
  readonly randomBytes: RandomBytes
}

/** Documents of the log that are merged together at most. */
const MERGED_AT_ONCE = 200
const LEASE = 'visits'
/** Longer than a merge takes. */
const LEASE_MS = 15_000
/** Another process that merges is through by then, with what this one would merge. */
const WAIT_MS = 2_000
const LOOK_AGAIN_MS = 100

const NOTHING: FoldResult = { folded: 0, more: false, opened: [], takenBack: [] }

/**
 * Visits: batches are the log, and one process at a time merges them. The lease on that spares double work; what
 * counts each visit once, should two merge after all, is the merge itself.
 */
export function createMongoVisits(db: Database, deps: VisitDeps): MongoVisits {
  const log = createVisitLog(db)
  const list = createVisitList(db)
  const shares = createShareVisits(db, list)
  const counts = createVisitCounts(db)
  const merge = createVisitMerge(db, {
    log,
    list,
    shares,
    counts,
    changes: deps.changes,
    deliveries: deps.sources.deliveries,
  })
  const salts = createSalts(db, deps.randomBytes)
  const resolve = createLinkReader(db, deps.sources)
  const { leases } = deps
  let folding: Promise<unknown> = Promise.resolve()

  /** True: no other process merges until `release`. */
  async function lease(holder: string): Promise<boolean> {
    const end = performance.now() + WAIT_MS
    while (!(await leases.hold(LEASE, holder, LEASE_MS))) {
      if (performance.now() > end) return false
      await sleep(LOOK_AGAIN_MS)
    }
    return true
  }

  async function mergeAll(limit: number, holder: string): Promise<FoldResult> {
    const results: MergeResult[] = []
    let folded = 0
    let held = true
    while (held && folded < limit) {
      const result = await merge(Math.min(MERGED_AT_ONCE, limit - folded))
      if (result.folded === 0) break
      results.push(result)
      folded += result.folded
      if (folded < limit) held = await leases.hold(LEASE, holder, LEASE_MS)
    }
    return {
      folded,
      more: folded >= limit,
      opened: results.flatMap(({ opened }) => opened),
      takenBack: results.flatMap(({ takenBack }) => takenBack),
    }
  }

  async function fold(limit: number): Promise<FoldResult> {
    const holder = randomUUID()
    if (!(await lease(holder))) return NOTHING
    try {
      return await mergeAll(limit, holder)
    } finally {
      await leases.release(LEASE, holder).catch(() => undefined)
    }
  }

  return {
    remote: true,
    resolve,
    append: (batches) => log.append(batches),
    fold(limit) {
      const running = folding.then(() => fold(limit))
      folding = running.catch(() => undefined)
      return running
    },
    lastSeq: (writer) => log.lastSeq(writer),
    counters: (share) => counts.ofShare(share),
    ofShare: async (share, request) => list.page(await shares.get(share), request),
    async stats(share: ShareId) {
      const found = await shares.get(share)
      return statsView(found ? JSON.parse(found.stats) : emptyStats())
    },
    salt: (day) => salts.salt(day),
    purge: () => salts.forgetOld(),
    opened: (shares) => counts.opened(shares),
  }
}
