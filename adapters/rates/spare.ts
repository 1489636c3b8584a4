import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Rates } from '#ports/rates.ts'

/** After a fault the shared rates are left alone so long: nobody waits for them meanwhile. */
const RESPITE_MS = 5_000

/**
 * Shared rates with those of this process to fall back on: for requests, which must go on while the shared ones are
 * away, and are then counted by each process alone. Closing closes `own`; `shared` is the caller's.
 */
export function createSpareRates(
  shared: Rates,
  own: Rates,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Rates {
  let restsUntil = Number.NEGATIVE_INFINITY

  async function fallBack<T>(ask: (rates: Rates) => Promise<T>): Promise<T> {
    if (clock.monotonic() < restsUntil) return ask(own)
    try {
      return await ask(shared)
    } catch (error) {
      restsUntil = clock.monotonic() + RESPITE_MS
      logger.warn({ err: error }, 'requests are counted by this process alone: the rates are away')
      return ask(own)
    }
  }

  return {
    take: (buckets, priority) => fallBack((rates) => rates.take(buckets, priority)),
    pause: (bucketKey, forMs) => fallBack((rates) => rates.pause(bucketKey, forMs)),
    close: () => own.close(),
  }
}
