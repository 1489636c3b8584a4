import type { Clock } from '#ports/clock.ts'

/**
 * The machine's clock, made steady: when it is set back, time goes on from where it was at its usual pace, so
 * that leases, schedules and orders hold; when it is set forward, time follows.
 */
export function createSystemClock(
  wall: () => number = Date.now,
  monotonic: () => number = () => performance.now(),
): Clock {
  let lead = wall() - monotonic()
  return {
    now() {
      const elapsed = monotonic()
      lead = Math.max(lead, wall() - elapsed)
      return Math.floor(lead + elapsed)
    },
    monotonic,
  }
}
