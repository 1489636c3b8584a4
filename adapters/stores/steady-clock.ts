import type { Instant } from '#core/ids.ts'
import type { Clock } from '#ports/clock.ts'

/** The store's clock: what the process's says, never running backwards. */
export function steadyClock(clock: Clock): () => Instant {
  let last = 0
  return () => {
    last = Math.max(last, Math.floor(clock.now()))
    return last as Instant
  }
}
