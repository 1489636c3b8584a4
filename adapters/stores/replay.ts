import { PassalongError } from '#core/errors.ts'
import type { Share } from '#core/share.ts'
import type { AcceptResult, SharePlan } from '#ports/store/shares.ts'

/** A plan whose id is stored is the same plan again. Throws where the id is another account's. */
export function replayOf(stored: Share, plan: SharePlan): AcceptResult {
  if (stored.account === plan.account) return { kind: 'replayed', share: stored }
  throw new PassalongError('internal', 'The id of this share is taken.')
}
