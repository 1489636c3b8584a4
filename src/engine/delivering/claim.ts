import { hasCode } from '#core/errors.ts'
import type { DeliveryId } from '#core/ids.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { ClaimRequest, ClaimResult } from '#ports/store/deliveries.ts'
import type { Store } from '#ports/store/store.ts'
import type { Hold } from './send.ts'

/** Between two tries to claim while the lease lives. */
const CLAIM_RETRY_MS = 500

interface ClaimDeps {
  readonly store: Store
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Claims, trying again for as long as the lease lives where the store does not answer: it may have stored the claim
 * all the same, and until the lease ran out nobody would send what is claimed. Throws `unavailable` after that.
 */
export async function claim(
  deps: ClaimDeps,
  id: DeliveryId,
  request: ClaimRequest,
  hold: Hold,
): Promise<ClaimResult> {
  for (;;) {
    try {
      return await deps.store.deliveries.claim(id, request)
    } catch (error) {
      const isAway = hasCode(error, 'unavailable')
      const mayWait = deps.clock.monotonic() + CLAIM_RETRY_MS < hold.leaseEnds
      if (!isAway || !mayWait || hold.signal.aborted) throw error
      deps.logger.warn({ err: error, delivery: id }, 'claiming failed; trying again')
      await new Promise((resolve) => setTimeout(resolve, CLAIM_RETRY_MS))
    }
  }
}
