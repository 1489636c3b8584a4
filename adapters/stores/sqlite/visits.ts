import { PassalongError } from '#core/errors.ts'
import type { ShareId } from '#core/ids.ts'
import type { VisitStore } from '#ports/store/visits.ts'
import type { Database } from './database.ts'

export interface SqliteVisits extends VisitStore {
  /** Deliveries of the share that a human opened. */
  openedCount(share: ShareId): number
  /** Closes connections of its own. */
  close(): Promise<void>
}

export function createSqliteVisits(
  _db: Database,
  _deps: { readonly randomBytes: (size: number) => Uint8Array },
): SqliteVisits {
  const later = async (): Promise<never> => {
    throw new PassalongError('unavailable', 'Visits are not kept by this store yet.')
  }
  return {
    openedCount: () => 0,
    async close() {},
    resolve: later,
    append: later,
    fold: later,
    lastSeq: later,
    counters: later,
    ofShare: later,
    stats: later,
    salt: later,
    purge: later,
  }
}
