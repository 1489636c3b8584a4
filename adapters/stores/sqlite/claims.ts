import type { DeliveryId, Instant } from '#core/ids.ts'
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
  mayClaim,
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

  const claimNow = (id: DeliveryId, request: ClaimRequest, now: Instant): ClaimResult => {
    const delivery = table.get(id)
    if (!delivery || !mayClaim(delivery, request.epoch, now)) return { kind: 'gone' }
    const share = table.share(delivery.share)
    if (!share) return { kind: 'gone' }
    const ended = claimEnds(delivery, share, now)
    if (ended) {
      table.put(delivery, ended)
      return { kind: 'gone' }
    }
    const { endpoint, account } = delivery
    const stopped = suppressed.get(endpoint, account, now) !== undefined
    const interrupted = delivery.state === 'sending'
    const exempt = stopped || interrupted || !request.cap
    const inMs = exempt ? 0 : capWaitMs(delivery, request.cap, now)
    if (inMs > 0) {
      table.put(delivery, capStep(delivery, inMs, now))
      return { kind: 'deferred', inMs }
    }
    const firstContact = reached.get(endpoint) === undefined
    const claimed = claimStep(delivery, request, now)
    table.put(delivery, claimed)
    return {
      kind: 'claimed',
      lease: { id, epoch: claimed.epoch, holder: request.holder },
      delivery: viewOf(claimed, now),
      share,
      interrupted,
      suppressed: stopped,
      reach: delivery.address && reach.get(delivery.address),
      firstContact,
    }
  }

  return {
    // Not synced: a send that a power cut makes forgotten is sent once more, as after any unknown outcome.
    claim: (id, request) => db.writeUnsynced(() => claimNow(id, request, db.now())),
    settle: (lease, request) =>
      db.writeSoon(() => {
        const now = db.now()
        const delivery = table.get(lease.id)
        const fate = delivery && table.fateOf(delivery.share)
        if (!delivery || !fate || !holdsLease(delivery, lease, now)) return { kind: 'fenced' }
        const settled = receipts.name(settleStep(delivery, fate, request, now), now)
        table.put(delivery, settled)
        if (request.reach && settled.address) reach.put(settled.address, request.reach)
        return { kind: 'settled', delivery: viewOf(settled, now) }
      }),
  }
}
