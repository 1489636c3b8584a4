import type { Instant } from '#core/ids.ts'
import type { ConsentStore, Suppression } from '#ports/store/consent.ts'
import { keyOf, type MemoryDeps } from './state.ts'

export function createMemoryConsent({ state, now }: MemoryDeps): ConsentStore {
  return {
    async suppress(endpoint, account, kind, forMs) {
      const at = now()
      const key = keyOf(endpoint, account ?? '', kind)
      const earlier = state.suppressions.get(key)
      const standing = earlier && standsAt(earlier, at) ? earlier : undefined
      const until = forMs === null ? null : ((at + forMs) as Instant)
      state.suppressions.set(key, {
        endpoint,
        account,
        kind,
        since: standing?.since ?? at,
        until: standing ? later(standing.until, until) : until,
      })
    },
    async lift(endpoint, account, kind) {
      for (const [key, found] of state.suppressions) {
        const whose = account === 'all' || found.account === account
        if (found.endpoint === endpoint && found.kind === kind && whose) {
          state.suppressions.delete(key)
        }
      }
    },
    async of(endpoint) {
      const at = now()
      return [...state.suppressions.values()].filter(
        (found) => found.endpoint === endpoint && standsAt(found, at),
      )
    },
    async setUntracked(endpoint, untracked) {
      if (untracked) state.untracked.add(endpoint)
      else state.untracked.delete(endpoint)
    },
    async isUntracked(endpoint) {
      return state.untracked.has(endpoint)
    },
  }
}

export function standsAt(suppression: Suppression, now: number): boolean {
  return suppression.until === null || suppression.until > now
}

/** Null is for ever. */
function later(a: Instant | null, b: Instant | null): Instant | null {
  return a === null || b === null ? null : (Math.max(a, b) as Instant)
}
