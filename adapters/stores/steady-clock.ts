import type { Instant } from '#core/ids.ts'
import type { Clock } from '#ports/clock.ts'

/** How fast time passes while the wall clock, which was put back, catches up: durations hold all but so much. */
const SLOWED = 0.9

/**
 * The store's clock: what the process's wall clock says, never running backwards and never standing still. Where
 * the wall clock is put back, time goes on a little slower until both agree again, so that what waits for
 * seconds (a retry, a lease, an undo window) never waits for hours.
 */
export function steadyClock(clock: Clock): () => Instant {
  let last = Number.NEGATIVE_INFINITY
  let seenAt = clock.monotonic()
  return () => {
    const monotonic = clock.monotonic()
    last = Math.max(clock.now(), last + SLOWED * Math.max(0, monotonic - seenAt))
    seenAt = monotonic
    return Math.floor(last) as Instant
  }
}
