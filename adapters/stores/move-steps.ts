import type { Via } from '#core/address.ts'
import {
  CANCELLABLE,
  type DeliveryState,
  isFinal,
  type Reason,
  stateAt,
  statesBefore,
  TRANSITIONS,
} from '#core/delivery.ts'
import type { Instant } from '#core/ids.ts'
import type { DeliveryChange, NewAddress } from '#ports/store/deliveries.ts'
import type { StoredDelivery } from './stored-delivery.ts'

/** What a move made of a delivery. */
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
    ...(change.via ? carriedBy(delivery, change.via, now) : {}),
    state: change.to,
    reason: change.reason,
    detail: null,
    epoch: delivery.epoch + 1,
    holder: null,
    dueAt: movedDue(delivery, { ...change, deadlineAt }, now),
    deadlineAt,
  }
}

/** What was handed over by hand is no message of ours: it counts for no cap, and its endpoint is not written to yet. */
function carriedBy(delivery: StoredDelivery, via: Via, now: Instant): Partial<StoredDelivery> {
  const countedAt = via === 'carry' ? null : delivery.countedAt
  return { via, acceptedAt: delivery.acceptedAt ?? now, countedAt }
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

/** Puts it off, where it still stands on the epoch given. */
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

/** Who is meant has become known: as woken, at the new address. Tries at the old one count for no endpoint. */
export function readdressStep(
  delivery: StoredDelivery,
  { address, endpoint }: NewAddress,
  now: Instant,
): StoredDelivery | undefined {
  if (delivery.state !== 'waiting') return undefined
  return { ...wakeStep(delivery, now), address, endpoint, countedAt: null }
}

/** Ids of shares rise with time. */
export function byAge(a: StoredDelivery, b: StoredDelivery): number {
  if (a.share === b.share) return a.n - b.n
  return a.share < b.share ? -1 : 1
}
