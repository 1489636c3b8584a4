import { PassalongError } from '#core/errors.ts'
import type { ShareId } from '#core/ids.ts'
import type { VisitStore } from '#ports/store/visits.ts'
import type { MemoryDeps } from './state.ts'

export interface MemoryVisits extends VisitStore {
  /** Deliveries of the share that a human opened. */
  openedCount(share: ShareId): number
}

export function createMemoryVisits(_deps: MemoryDeps): MemoryVisits {
  const later = async (): Promise<never> => {
    throw new PassalongError('unavailable', 'Visits are not kept by this store yet.')
  }
  return {
    openedCount: () => 0,
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
