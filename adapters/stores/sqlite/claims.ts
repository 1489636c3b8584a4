import type { DeliveryId, Instant } from '#core/ids.ts'
import type { Share } from '#core/share.ts'
import type {
  ClaimRequest,
  ClaimResult,
  DeliveryStore,
  RecipientCap,
} from '#ports/store/deliveries.ts'
import {
  capStep,
  claimEnds,
  claimStep,
  countsAlready,
  holdsLease,
  isClaimedBy,
  isSettledBy,
  mayClaim,
  wasInterrupted,
} from '../claim-steps.ts'
import { settleStep } from '../settle-steps.ts'
import { type StoredDelivery, viewOf } from '../stored-delivery.ts'
import type { Database } from './database.ts'
import type { DeliveryTable } from './delivery-table.ts'
import type { ReachTable } from './reach-table.ts'
import type { Receipts } from './receipts.ts'

export function createClaims(
  db: Database,
  table: DeliveryTable,
  reach: ReachTable,
  receipts: Receipts,
): Pick<DeliveryStore, 'claim' | 'settle'> {
  const suppressed = db.prepare(`
    SELECT 1 FROM suppression
    WHERE endpoint = ? AND account IN ('', ?) AND (until_at IS NULL OR until_at > ?) LIMIT 1`)
  const reached = db.prepare(`
    SELECT 1 FROM delivery
    WHERE endpoint = ? AND counted_at IS NOT NULL AND accepted_at IS NOT NULL LIMIT 1`)
  const nthFromAll = db.prepare(`
    SELECT counted_at AS at FROM delivery
    WHERE endpoint = ? AND counted_at > ?
    ORDER BY counted_at DESC LIMIT 1 OFFSET ?`)
  const nthFromSender = db.prepare(`
    SELECT counted_at AS at FROM delivery
    WHERE endpoint = ? AND counted_at > ? AND account = ?
    ORDER BY counted_at DESC LIMIT 1 OFFSET ?`)

  /** How long until the cap has room: 0 when it has some now. */
  const capWaitMs = (delivery: StoredDelivery, cap: RecipientCap, now: Instant): number => {
    if (countsAlready(delivery, cap.windowMs, now)) return 0
    const { endpoint, account } = delivery
    const since = now - cap.windowMs
    const room = (nth: unknown): number => (nth ? (nth as { at: number }).at - since : 0)
    if (cap.fromAll <= 0 || cap.fromSender <= 0) return cap.windowMs
    return Math.max(
      room(nthFromAll.get(endpoint, since, cap.fromAll - 1)),
      room(nthFromSender.get(endpoint, since, account, cap.fromSender - 1)),
    )
  }

  const isSuppressed = ({ endpoint, account }: StoredDelivery, now: Instant): boolean =>
    suppressed.get(endpoint, account, now) !== undefined

  const claimedOf = (
    claimed: StoredDelivery,
    known: { readonly share: Share; readonly holder: string; readonly interrupted: boolean },
    now: Instant,
  ): ClaimResult => {
    const { id, epoch, address } = claimed
    const { share, holder, interrupted } = known
    return {
      kind: 'claimed',
      lease: { id, epoch, holder },
      delivery: viewOf(claimed, now),
      share,
      interrupted,
      suppressed: isSuppressed(claimed, now),
      reach: address && reach.get(address),
      firstContact: reached.get(claimed.endpoint) === undefined,
    }
  }

  const claimNow = (id: DeliveryId, request: ClaimRequest, now: Instant): ClaimResult => {
    const delivery = table.get(id)
    const share = delivery && table.share(delivery.share)
    if (!delivery || !share) return { kind: 'gone' }
    const { holder } = request
    if (isClaimedBy(delivery, request, now)) {
      return claimedOf(delivery, { share, holder, interrupted: wasInterrupted(delivery) }, now)
    }
    if (!mayClaim(delivery, request.epoch, now)) return { kind: 'gone' }
    const ended = claimEnds(delivery, share, now)
    if (ended) {
      table.put(delivery, ended)
      return { kind: 'gone' }
    }
    const interrupted = delivery.state === 'sending'
    const exempt = isSuppressed(delivery, now) || interrupted || !request.cap
    const inMs = exempt ? 0 : capWaitMs(delivery, request.cap, now)
    if (inMs > 0) {
      table.put(delivery, capStep(delivery, inMs, now))
      return { kind: 'deferred', inMs }
    }
    const claimed = claimStep(delivery, request, now)
    table.put(delivery, claimed)
    return claimedOf(claimed, { share, holder, interrupted }, now)
  }

  return {
    // Not synced: a send that a power cut makes forgotten is sent once more, as after any unknown outcome.
    claim: (id, request) => db.writeUnsynced(() => claimNow(id, request, db.now())),
    settle: (lease, request) =>
      db.writeSoon(() => {
        const now = db.now()
        const delivery = table.get(lease.id)
        const fate = delivery && table.fateOf(delivery.share)
        if (!delivery || !fate) return { kind: 'fenced' }
        if (isSettledBy(delivery, lease))
          return { kind: 'settled', delivery: viewOf(delivery, now) }
        if (!holdsLease(delivery, lease, now)) return { kind: 'fenced' }
        const settled = receipts.name(settleStep(delivery, fate, request, now), now)
        table.put(delivery, settled)
        if (request.reach && settled.address) reach.put(settled.address, request.reach)
        return { kind: 'settled', delivery: viewOf(settled, now) }
      }),
  }
}
