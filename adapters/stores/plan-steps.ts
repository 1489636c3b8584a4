import { deliveryId, type Instant } from '#core/ids.ts'
import type { Share } from '#core/share.ts'
import type { Due, PlannedDelivery, SharePlan } from '#ports/store/shares.ts'
import type { StoredDelivery } from './stored-delivery.ts'

/** The instant a plan falls due; one in the past is now, so that its deadline is a full one. */
export function dueInstant(due: Due, now: number): Instant {
  return ('at' in due ? Math.max(due.at, now) : now + due.inMs) as Instant
}

/** A share as it is first stored; `now`: another instant where shares are ordered by a time of their own. */
export function plannedShare(plan: SharePlan, createdAt: Instant, now = createdAt): Share {
  return {
    id: plan.id,
    account: plan.account,
    target: plan.target,
    note: plan.note,
    tracking: plan.tracking,
    locale: plan.locale,
    createdAt,
    sendAt: 'at' in plan.due ? dueInstant(plan.due, now) : null,
    expiresAt: plan.expiresAt,
    cancelledAt: null,
    recalledAt: null,
    revision: 1,
  }
}

/** A delivery as it is first stored: the share's nth. What goes by hand has gone already: nobody sends it. */
export function plannedStep(
  share: Pick<Share, 'id' | 'account'>,
  planned: PlannedDelivery,
  n: number,
  times: { readonly dueAt: Instant; readonly deadlineMs: number; readonly now: Instant },
): StoredDelivery {
  const byHand = planned.lane.channel === 'carry'
  const waiting = times.dueAt > times.now ? 'scheduled' : 'queued'
  return {
    id: deliveryId(share.id, n),
    share: share.id,
    n,
    account: share.account,
    code: planned.code,
    recipient: planned.recipient,
    name: planned.name,
    address: planned.address,
    endpoint: planned.endpoint,
    lane: planned.lane,
    cost: planned.cost,
    state: byHand ? 'accepted' : waiting,
    reason: null,
    detail: null,
    via: byHand ? 'carry' : null,
    attempts: 0,
    unknowns: 0,
    epoch: 0,
    dueAt: byHand ? null : times.dueAt,
    deadlineAt: (times.dueAt + times.deadlineMs) as Instant,
    changedAt: times.now,
    acceptedAt: byHand ? times.now : null,
    recalledAt: null,
    providerIds: [],
    replaces: planned.replaces,
    arrivals: [],
    holder: null,
    countedAt: null,
  }
}
