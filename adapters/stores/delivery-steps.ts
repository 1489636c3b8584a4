import {
  CANCELLABLE,
  type DeliveryState,
  isFinal,
  type Reason,
  type ReceiptVerdict,
  receiptMoves,
  stateAt,
  statesBefore,
  TRANSITIONS,
} from '#core/delivery.ts'
import { deliveryId, type Instant } from '#core/ids.ts'
import type { Delivery, Share } from '#core/share.ts'
import type { ClaimRequest, DeliveryChange, SettleRequest } from '#ports/store/deliveries.ts'
import type { Due, PlannedDelivery } from '#ports/store/shares.ts'

/**
 * What each use case of the store makes of one delivery, as functions of values, so that every adapter keeps
 * the same rules. They read no clock and write nothing.
 */
export interface StoredDelivery extends Delivery {
  /** The claim that is sending it. */
  readonly holder: string | null
  /** When it began to count against its recipient's cap; null while no send of it counts. */
  readonly countedAt: Instant | null
}

/** Whether and when a share was taken back. */
export type ShareFate = Pick<Share, 'cancelledAt' | 'recalledAt'>

/** The same with the end of its links, where that is at hand. */
type ShareEnd = ShareFate & Partial<Pick<Share, 'expiresAt'>>

/** The delivery as callers see it: without what only stores know, a schedule come due read as queued. */
export function viewOf(stored: StoredDelivery, now: number): Delivery {
  const { holder: _holder, countedAt: _countedAt, ...delivery } = stored
  return { ...delivery, state: stateAt(stored, now) }
}

/** The instant a plan falls due; one in the past is now, so that its deadline is a full one. */
export function dueInstant(due: Due, now: number): Instant {
  return ('at' in due ? Math.max(due.at, now) : now + due.inMs) as Instant
}

export function plannedStep(
  share: Pick<Share, 'id' | 'account'>,
  planned: PlannedDelivery,
  n: number,
  times: { readonly dueAt: Instant; readonly deadlineMs: number; readonly now: Instant },
): StoredDelivery {
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
    state: times.dueAt > times.now ? 'scheduled' : 'queued',
    reason: null,
    detail: null,
    via: null,
    attempts: 0,
    unknowns: 0,
    epoch: 0,
    dueAt: times.dueAt,
    deadlineAt: (times.dueAt + times.deadlineMs) as Instant,
    changedAt: times.now,
    acceptedAt: null,
    recalledAt: null,
    providerIds: [],
    replaces: planned.replaces,
    holder: null,
    countedAt: null,
  }
}

const CLAIMABLE: readonly DeliveryState[] = ['scheduled', 'queued', 'waiting', 'sending']

/** Due now (a lease that ran out is due) and on the schedule that the caller was told of. */
export function mayClaim(delivery: StoredDelivery, epoch: number, now: number): boolean {
  const due = delivery.dueAt !== null && delivery.dueAt <= now
  return due && delivery.epoch === epoch && CLAIMABLE.includes(delivery.state)
}

/** A claim that may not lead to a send ends the delivery instead; undefined: go on. */
export function claimEnds(
  delivery: StoredDelivery,
  share: ShareEnd,
  now: Instant,
): StoredDelivery | undefined {
  const interrupted = delivery.state === 'sending'
  const counted = countInterrupted(delivery)
  if (share.recalledAt !== null || delivery.recalledAt !== null) {
    return endedStep(counted, 'recalled', null, now)
  }
  if (share.cancelledAt !== null) {
    return interrupted
      ? endedStep(counted, 'unknown', 'outcome_unknown', now)
      : endedStep(counted, 'cancelled', null, now)
  }
  if (interrupted) return undefined
  if ((share.expiresAt ?? Infinity) <= now) return endedStep(delivery, 'failed', 'expired', now)
  if (delivery.deadlineAt <= now) return endedStep(delivery, 'failed', 'deadline', now)
  return undefined
}

/** What the deadline makes of a delivery that nobody is sending; what a lost lease may have sent is unknown. */
export function deadlineStep(
  delivery: StoredDelivery,
  share: ShareFate,
  now: Instant,
): StoredDelivery {
  return (
    claimEnds(delivery, share, now) ??
    endedStep(countInterrupted(delivery), 'unknown', 'outcome_unknown', now)
  )
}

/** An earlier send whose lease ran out is an attempt whose outcome nobody knows. */
function countInterrupted(delivery: StoredDelivery): StoredDelivery {
  if (delivery.state !== 'sending') return delivery
  return { ...delivery, attempts: delivery.attempts + 1, unknowns: delivery.unknowns + 1 }
}

/** It counts against the cap already, so that another attempt is not asked again. */
export function countsAlready(delivery: StoredDelivery, windowMs: number, now: number): boolean {
  return delivery.countedAt !== null && delivery.countedAt > now - windowMs
}

export function claimStep(
  delivery: StoredDelivery,
  request: ClaimRequest,
  now: Instant,
): StoredDelivery {
  const counted = countsAlready(delivery, request.cap?.windowMs ?? Infinity, now)
  return {
    ...countInterrupted(delivery),
    state: 'sending',
    epoch: delivery.epoch + 1,
    holder: request.holder,
    dueAt: (now + request.leaseMs) as Instant,
    changedAt: now,
    countedAt: counted ? delivery.countedAt : now,
  }
}

/** Put off until the cap has room; the deadline moves along. */
export function capStep(delivery: StoredDelivery, inMs: number, now: Instant): StoredDelivery {
  return {
    ...delivery,
    state: 'scheduled',
    reason: 'recipient_cap',
    epoch: delivery.epoch + 1,
    dueAt: (now + inMs) as Instant,
    deadlineAt: (delivery.deadlineAt + inMs) as Instant,
    changedAt: now,
  }
}

/** The lease is the one that holds the delivery, and has not run out. */
export function holdsLease(
  delivery: StoredDelivery,
  lease: { readonly epoch: number; readonly holder: string },
  now: number,
): boolean {
  return (
    delivery.state === 'sending' &&
    delivery.epoch === lease.epoch &&
    delivery.holder === lease.holder &&
    delivery.dueAt !== null &&
    delivery.dueAt > now
  )
}

export function settleStep(
  delivery: StoredDelivery,
  share: ShareFate,
  request: SettleRequest,
  now: Instant,
): StoredDelivery {
  const { settlement } = request
  const reached = settlement.state === 'accepted' || settlement.state === 'delivered'
  const sent: StoredDelivery = {
    ...delivery,
    ...settledState(delivery, share, request, now),
    via: request.via,
    attempts: delivery.attempts + settlement.attempts,
    unknowns: delivery.unknowns + settlement.unknowns,
    changedAt: now,
    acceptedAt: reached ? (delivery.acceptedAt ?? now) : delivery.acceptedAt,
    providerIds: [...new Set([...delivery.providerIds, ...request.providerIds])],
    holder: null,
  }
  const nothingWent = sent.attempts === 0 && sent.unknowns === 0
  return nothingWent ? { ...sent, countedAt: null } : sent
}

type StateFields = Pick<StoredDelivery, 'state' | 'reason' | 'detail' | 'dueAt' | 'deadlineAt'>

function settledState(
  delivery: StoredDelivery,
  share: ShareFate,
  { settlement }: SettleRequest,
  now: Instant,
): StateFields {
  const { deadlineAt } = delivery
  if (share.recalledAt !== null || delivery.recalledAt !== null) {
    return { state: 'recalled', reason: null, detail: null, dueAt: null, deadlineAt }
  }
  if (share.cancelledAt !== null && !isFinal(settlement.state)) {
    const unknown = settlement.unknowns > 0
    const { detail } = settlement
    return unknown
      ? { state: 'unknown', reason: 'outcome_unknown', detail, dueAt: null, deadlineAt }
      : { state: 'cancelled', reason: null, detail: null, dueAt: null, deadlineAt }
  }
  const { state, reason, detail, dueInMs, deadlineInMs } = settlement
  const deadline = deadlineInMs === undefined ? deadlineAt : ((now + deadlineInMs) as Instant)
  const due = dueInMs === null ? deadline : ((now + dueInMs) as Instant)
  return { state, reason, detail, dueAt: isFinal(state) ? null : due, deadlineAt: deadline }
}

/** Undefined where the receipt would move the delivery backwards, or nowhere. */
export function receiptStep(
  delivery: StoredDelivery,
  verdict: ReceiptVerdict,
  now: Instant,
): StoredDelivery | undefined {
  if (!receiptMoves(delivery.state, verdict.state)) return undefined
  const reached = verdict.state !== 'failed'
  return {
    ...delivery,
    state: verdict.state,
    reason: verdict.reason,
    detail: verdict.detail,
    dueAt: null,
    changedAt: now,
    acceptedAt: reached ? (delivery.acceptedAt ?? now) : delivery.acceptedAt,
  }
}

export interface Moved {
  readonly delivery: StoredDelivery
  /** It stood in one of `from`. False: only its code was killed. */
  readonly matched: boolean
}

/** Undefined where nothing is to be written. While a live lease holds it, a recall waits for the settle. */
export function moveStep(
  delivery: StoredDelivery,
  change: DeliveryChange,
  now: Instant,
): Moved | undefined {
  const state = stateAt(delivery, now)
  const matched = change.from.includes(state) && TRANSITIONS[state].includes(change.to)
  const recalledAt = change.recall ? (delivery.recalledAt ?? now) : delivery.recalledAt
  const killed = { ...delivery, recalledAt, changedAt: now }
  const beingSent = state === 'sending' && delivery.dueAt !== null && delivery.dueAt > now
  if (matched && change.recall && beingSent) return { delivery: killed, matched }
  if (matched) return { delivery: movedTo(killed, change, now), matched }
  return recalledAt === delivery.recalledAt ? undefined : { delivery: killed, matched }
}

/** What taking its share back makes of a delivery at once; undefined: nothing. A live lease's settle ends it. */
export function markStep(
  delivery: StoredDelivery,
  mark: 'cancelled' | 'recalled',
  now: Instant,
): StoredDelivery | undefined {
  const recall = mark === 'recalled'
  const from = recall ? statesBefore(mark).filter((state) => state !== 'sending') : CANCELLABLE
  return moveStep(delivery, { from, to: mark, reason: null, dueInMs: null, recall }, now)?.delivery
}

function movedTo(delivery: StoredDelivery, change: DeliveryChange, now: Instant): StoredDelivery {
  const deadlineAt =
    change.deadlineInMs === undefined
      ? delivery.deadlineAt
      : ((now + change.deadlineInMs) as Instant)
  const afresh = change.afresh ? { attempts: 0, unknowns: 0, acceptedAt: null } : {}
  return {
    ...delivery,
    ...afresh,
    state: change.to,
    reason: change.reason,
    detail: null,
    epoch: delivery.epoch + 1,
    holder: null,
    dueAt: movedDue(delivery, { ...change, deadlineAt }, now),
    deadlineAt,
  }
}

/** What is not final always has a time when somebody looks again: nothing lasts for ever. */
function movedDue(
  delivery: StoredDelivery,
  change: DeliveryChange & { readonly deadlineAt: Instant },
  now: Instant,
): Instant | null {
  if (isFinal(change.to)) return null
  if (change.dueInMs === undefined) return delivery.dueAt ?? now
  return change.dueInMs === null ? change.deadlineAt : ((now + change.dueInMs) as Instant)
}

const DEFERRABLE: readonly DeliveryState[] = ['scheduled', 'queued', 'waiting']

export function deferStep(
  delivery: StoredDelivery,
  epoch: number,
  until: { readonly inMs: number; readonly reason: Reason },
  now: Instant,
): StoredDelivery | undefined {
  if (delivery.epoch !== epoch || !DEFERRABLE.includes(delivery.state)) return undefined
  return {
    ...delivery,
    state: stateAt(delivery, now),
    reason: until.reason,
    epoch: epoch + 1,
    dueAt: (now + until.inMs) as Instant,
    changedAt: now,
  }
}

/** The recipient can be reached now. */
export function wakeStep(delivery: StoredDelivery, now: Instant): StoredDelivery {
  return {
    ...delivery,
    state: 'queued',
    reason: null,
    detail: null,
    epoch: delivery.epoch + 1,
    dueAt: now,
    changedAt: now,
  }
}

function endedStep(
  delivery: StoredDelivery,
  state: DeliveryState,
  reason: Reason | null,
  now: Instant,
): StoredDelivery {
  return {
    ...delivery,
    state,
    reason,
    detail: null,
    epoch: delivery.epoch + 1,
    holder: null,
    dueAt: null,
    changedAt: now,
  }
}

/** Takes away what names the recipient; the channel, the code and the endpoint's hash stay. */
export function blankStep(delivery: StoredDelivery): StoredDelivery {
  return {
    ...delivery,
    recipient: null,
    name: null,
    address: null,
    detail: null,
    providerIds: [],
  }
}
