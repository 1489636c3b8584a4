import type { ChannelName, Via } from '#core/address.ts'
import type { DeliveryState } from '#core/delivery.ts'
import {
  type AccountId,
  type Code,
  deliveryId,
  type EndpointKey,
  type Instant,
  type ShareId,
} from '#core/ids.ts'
import type { Tracking } from '#core/share.ts'
import type { FoldResult, Link, Visit, VisitStore } from '#ports/store/visits.ts'
import { pageOf, positionOf } from '../cursor.ts'
import { decodePage } from '../visit-codec.ts'
import { emptyStats, statsView, tallyView } from '../visit-tally.ts'
import { startCheckpointer } from './checkpointer.ts'
import { connect, type Database } from './database.ts'
import { asUnavailable } from './faults.ts'
import { createVisitFold } from './visit-fold.ts'
import { createVisitLog } from './visit-log.ts'
import { type Row, tallyOf } from './visit-merge.ts'
import { VISIT_QUERIES } from './visit-queries.ts'

export interface SqliteVisits extends VisitStore {
  /** Deliveries of the share that a human opened. */
  openedCount(share: ShareId): number
  /** Closes connections of its own. */
  close(): Promise<void>
}

const SALT_BYTES = 32
const SALT_KEPT_MS = 48 * 3_600_000
/** Memory for pages of this connection, in KiB. */
const CACHE_KIB = 16 * 1024

/**
 * Visits, on a connection of their own: a batch is one INSERT that is not synced (it outlives the process, not
 * a power cut), and everything else is merged later, in small steps.
 */
export function createSqliteVisits(
  db: Database,
  deps: { readonly randomBytes: (size: number) => Uint8Array },
): SqliteVisits {
  const own = connect(db.file)
  own.exec(`PRAGMA cache_size = -${CACHE_KIB}`)
  const log = createVisitLog(own)
  const checkpointer = startCheckpointer(own, db.file)
  const fold = createVisitFold(own, db.now)
  let folding: Promise<unknown> = Promise.resolve()

  const resolve = own.prepare(VISIT_QUERIES.resolve)
  const counters = own.prepare(VISIT_QUERIES.counters)
  const stats = own.prepare(VISIT_QUERIES.stats)
  const pagesBefore = own.prepare(VISIT_QUERIES.pagesBefore)
  const opened = own.prepare(VISIT_QUERIES.opened)
  const addSalt = own.prepare(
    'INSERT OR IGNORE INTO visit_salt (day, salt, made_at) VALUES (?, ?, ?)',
  )
  const getSalt = own.prepare('SELECT salt FROM visit_salt WHERE day = ?')
  const dropSalts = own.prepare('DELETE FROM visit_salt WHERE made_at <= ?')

  /** Newest first, one more than asked for where there is one. */
  function listed(share: ShareId, limit: number, cursor: string | null): Listed[] {
    const after = positionOf(cursor)
    const [page, index] = (after?.id ?? '').split('-').map(Number)
    let before = page ? page + 1 : Number.MAX_SAFE_INTEGER
    const found: Listed[] = []
    while (found.length <= limit) {
      const rows = pagesBefore.all(share, before)
      for (const row of rows) {
        const visits = decodePage(share, row.visits as string)
        const from = row.id === page && index !== undefined ? index : visits.length
        for (let i = from - 1; i >= 0; i--) {
          const visit = visits[i]
          if (visit) found.push({ visit, position: { at: visit.at, id: `${row.id}-${i}` } })
        }
      }
      const last = rows.at(-1)
      if (!last) break
      before = last.id as number
    }
    return found
  }

  return {
    resolve: (code) => attempt(() => linkOf(code, resolve.get(code))),
    remote: false,
    append: (batches) =>
      attempt(() => {
        for (const batch of batches) log.append(batch)
      }),
    fold(limit) {
      const running = folding.then(() => fold(limit)).catch(rethrow)
      folding = running.catch(() => undefined)
      return running
    },
    lastSeq: (writer) => attempt(() => log.lastSeq(writer)),
    counters: (share) =>
      attempt(() =>
        counters
          .all(share)
          .map((row) => tallyView(deliveryId(share, row.n as number), tallyOf(row))),
      ),
    ofShare: (share, { limit, cursor }) =>
      attempt(() => {
        const page = pageOf(listed(share, limit, cursor), limit, ({ position }) => position)
        return { items: page.items.map(({ visit }) => visit), cursor: page.cursor }
      }),
    stats: (share) =>
      attempt(() => {
        const row = stats.get(share)
        return statsView(row ? JSON.parse(row.stats as string) : emptyStats())
      }),
    salt: (day) =>
      attempt(() => {
        const known = getSalt.get(day)
        if (known) return known.salt as Uint8Array
        addSalt.run(day, deps.randomBytes(SALT_BYTES), db.now())
        return getSalt.get(day)?.salt as Uint8Array
      }),
    purge: () => attempt(() => void dropSalts.run(db.now() - SALT_KEPT_MS)),
    openedCount: (share) => Number(opened.get(share)?.opened ?? 0),
    async close() {
      await folding
      await checkpointer.stop()
      own.close()
    },
  }
}

interface Listed {
  readonly visit: Visit
  readonly position: { readonly at: number; readonly id: string }
}

function linkOf(code: Code, row: Row | undefined): Link | null {
  if (!row) return null
  const share = row.share as ShareId
  const tracking = row.tracking as Tracking
  return {
    code,
    delivery: deliveryId(share, row.n as number),
    share,
    account: row.account as AccountId,
    target: JSON.parse(row.target as string),
    note: row.note as string,
    senderName: (row.display_name as string | null) ?? '',
    tracking: tracking === 'full' && row.untracked === 1 ? 'counts' : tracking,
    channel: row.channel as ChannelName,
    via: row.via as Via | null,
    state: row.state as DeliveryState,
    acceptedAt: row.accepted_at as Instant | null,
    expiresAt: row.expires_at as Instant | null,
    recalled: row.recalled_at !== null || row.share_recalled_at !== null,
    endpoint: row.endpoint as EndpointKey,
  }
}

async function attempt<T>(operation: () => T): Promise<T> {
  try {
    return operation()
  } catch (error) {
    throw asUnavailable(error)
  }
}

function rethrow(error: unknown): Promise<FoldResult> {
  throw asUnavailable(error)
}
