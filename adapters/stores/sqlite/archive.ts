import type {
  ArchiveKind,
  ArchivePage,
  ArchivePosition,
  ArchiveSource,
} from '#ports/store/archive.ts'
import type { Store } from '#ports/store/store.ts'
import { steadyClock } from '../steady-clock.ts'
import { positionOf, positionText } from './archive-position.ts'
import { type GatheredKind, queriesOf, READINGS, type Reading } from './archive-readings.ts'
import { createShareReading } from './archive-shares.ts'
import { createVisitReadings } from './archive-visits.ts'
import { holdDataFolder } from './data-folder.ts'
import { type Database, openDatabase } from './database.ts'
import { refuseMovedBefore } from './moved-mark.ts'
import { composeStore, type SqliteDeps } from './store.ts'

const PAGE = 1_000
const BATCHES = 1_000
const SHARES = 1_000

/** An embedded store that is about to be left. */
export interface SqliteArchive extends ArchiveSource {
  readonly store: Store
  /**
   * Finishes what a running server would soon: merges every batch of visits into what is counted and listed, and
   * raises the revisions of shares that changed. From here all of it can be read.
   */
  settle(): Promise<void>
  close(): Promise<void>
}

/** Holds the data folder as a server does, and ends the leases of one that was killed. Throws as a store does. */
export function openSqliteArchive(dataDir: string, deps: SqliteDeps): SqliteArchive {
  const held = holdDataFolder({ dataDir }, refuseMovedBefore)
  try {
    const db = openDatabase(held.database, steadyClock(deps.clock))
    const store = composeStore(db, deps, held.release)
    return { ...readingsOf(db), store, settle: () => settle(db, store), close: store.close }
  } catch (error) {
    held.release()
    throw error
  }
}

async function settle(db: Database, { visits, shares }: Store): Promise<void> {
  for (;;) {
    const { more } = await visits.fold(BATCHES)
    if (!more) break
  }
  await db.write(() => {
    db.prepare('INSERT OR IGNORE INTO changed_share SELECT 0, share FROM changed_share').run()
    db.prepare('DELETE FROM changed_share WHERE from_at > 0').run()
  })
  for (;;) {
    const raised = await shares.revise(SHARES)
    if (raised.length === 0) break
  }
}

function readingsOf(db: Database): ArchiveSource {
  const shares = createShareReading(db)
  const visits = createVisitReadings(db)
  const gathered: { readonly [K in GatheredKind]: Gathered<K> } = {
    share: shares,
    statistics: { read: visits.statistics, count: () => visits.count('statistics') },
    listed: { read: visits.listed, count: () => visits.count('listed') },
  }

  async function* readTable<K extends TableKind>(
    kind: K,
    after: ArchivePosition | null,
  ): AsyncGenerator<ArchivePage<K>> {
    const reading: Reading<K> = READINGS[kind]
    const { key, recordOf } = reading
    const queries = queriesOf(reading, PAGE)
    const first = db.prepare(queries.first)
    const next = db.prepare(queries.next)
    let position = positionOf(after)
    for (;;) {
      const from = position
      const rows = await db.read(() => (from ? next.all(...from) : first.all()))
      const last = rows.at(-1)
      if (!last) return
      position = key.map((column) => last[column] as string | number)
      yield { records: rows.map(recordOf), position: positionText(position) }
    }
  }

  const countTable = (kind: TableKind): number =>
    Number(db.prepare(queriesOf(READINGS[kind], PAGE).count).get()?.n)

  return {
    count: (kind) => db.read(() => (isGathered(kind) ? gathered[kind].count() : countTable(kind))),
    read: <K extends ArchiveKind>(kind: K, after: ArchivePosition | null) =>
      (isGathered(kind) ? gathered[kind].read(after) : readTable(kind, after)) as AsyncIterable<
        ArchivePage<K>
      >,
  }
}

type TableKind = Exclude<ArchiveKind, GatheredKind>

interface Gathered<K extends GatheredKind> {
  read(after: ArchivePosition | null): AsyncGenerator<ArchivePage<K>>
  count(): number
}

function isGathered(kind: ArchiveKind): kind is GatheredKind {
  return !Object.hasOwn(READINGS, kind)
}
