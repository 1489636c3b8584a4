import type { DeliveryState } from '#core/delivery.ts'
import type { Instant } from '#core/ids.ts'
import type { Share } from '#core/share.ts'
import type { ClaimRequest } from '#ports/store/deliveries.ts'
import { endedStep, type ShareFate, type StoredDelivery } from './stored-delivery.ts'

/** The same with the end of its links, where that is at hand. */
type ShareEnd = ShareFate & Partial<Pick<Share, 'expiresAt'>>

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

/** The claim: from here the delivery is being sent, until the lease ends. */
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

/** The same claim holds the delivery by now: it was asked for before, and its answer was lost. */
export function isClaimedBy(delivery: StoredDelivery, request: ClaimRequest, now: number): boolean {
  return holdsLease(delivery, { epoch: request.epoch + 1, holder: request.holder }, now)
}

/** What a claim that is asked for again says of sends before it, which it counted when it was made. */
export function wasInterrupted(delivery: StoredDelivery): boolean {
  return delivery.unknowns > 0
}

interface LeaseNames {
  readonly epoch: number
  readonly holder: string
}

/** The settle of this lease is written, and its answer was lost. */
export function isSettledBy(delivery: StoredDelivery, lease: LeaseNames): boolean {
  return delivery.state !== 'sending' && bears(delivery, lease)
}

function bears({ epoch, holder }: StoredDelivery, lease: LeaseNames): boolean {
  return epoch === lease.epoch && holder === lease.holder
}

/** The lease is the one that holds the delivery, and has not run out. */
export function holdsLease(delivery: StoredDelivery, lease: LeaseNames, now: number): boolean {
  return (
    delivery.state === 'sending' &&
    bears(delivery, lease) &&
    delivery.dueAt !== null &&
    delivery.dueAt > now
  )
}
