import type { DeliveryId, Instant } from '#core/ids.ts'
import type { Share } from '#core/share.ts'
import type { ClaimRequest, ClaimResult, RecipientCap } from '#ports/store/deliveries.ts'
import {
  capStep,
  claimEnds,
  claimStep,
  countsAlready,
  isClaimedBy,
  mayClaim,
  wasInterrupted,
} from '../claim-steps.ts'
import { type StoredDelivery, viewOf } from '../stored-delivery.ts'
import { standsAt } from './consent.ts'
import { addressKey, type MemoryState, putDelivery } from './state.ts'

/** As the port says of `claim`. */
export function claim(
  state: MemoryState,
  id: DeliveryId,
  request: ClaimRequest,
  now: Instant,
): ClaimResult {
  const delivery = state.deliveries.get(id)
  const share = delivery && state.shares.get(delivery.share)
  if (!delivery || !share) return { kind: 'gone' }
  if (isClaimedBy(delivery, request, now)) {
    const { holder } = request
    return claimedOf(state, delivery, { share, holder, interrupted: wasInterrupted(delivery) }, now)
  }
  if (!mayClaim(delivery, request.epoch, now)) return { kind: 'gone' }
  const ended = claimEnds(delivery, share, now)
  if (ended) {
    putDelivery(state, ended)
    return { kind: 'gone' }
  }
  const interrupted = delivery.state === 'sending'
  const exempt = isSuppressed(state, delivery, now) || interrupted || !request.cap
  const inMs = exempt ? 0 : capWaitMs(state, delivery, request.cap, now)
  if (inMs > 0) {
    putDelivery(state, capStep(delivery, inMs, now))
    return { kind: 'deferred', inMs }
  }
  const claimed = claimStep(delivery, request, now)
  putDelivery(state, claimed)
  return claimedOf(state, claimed, { share, holder: request.holder, interrupted }, now)
}

function claimedOf(
  state: MemoryState,
  claimed: StoredDelivery,
  known: { readonly share: Share; readonly holder: string; readonly interrupted: boolean },
  now: Instant,
): ClaimResult {
  const { id, epoch, address } = claimed
  const { share, holder, interrupted } = known
  return {
    kind: 'claimed',
    lease: { id, epoch, holder },
    delivery: viewOf(claimed, now),
    share,
    interrupted,
    suppressed: isSuppressed(state, claimed, now),
    reach: (address && state.reach.get(addressKey(address))) ?? null,
    firstContact: isFirstContact(state, claimed),
  }
}

function isSuppressed(state: MemoryState, delivery: StoredDelivery, now: number): boolean {
  return [...state.suppressions.values()].some(
    (found) =>
      found.endpoint === delivery.endpoint &&
      (found.account === null || found.account === delivery.account) &&
      standsAt(found, now),
  )
}

/** How long until the recipient's cap has room: 0 when it has some now. */
function capWaitMs(
  state: MemoryState,
  delivery: StoredDelivery,
  { fromSender, fromAll, windowMs }: RecipientCap,
  now: number,
): number {
  if (countsAlready(delivery, windowMs, now)) return 0
  const counted = [...state.deliveries.values()]
    .filter((other) => other.endpoint === delivery.endpoint)
    .filter((other) => countsAlready(other, windowMs, now))
  const sameSender = counted.filter((other) => other.account === delivery.account)
  return Math.max(
    roomInMs(counted, fromAll, windowMs, now),
    roomInMs(sameSender, fromSender, windowMs, now),
  )
}

function roomInMs(
  counted: readonly StoredDelivery[],
  limit: number,
  windowMs: number,
  now: number,
): number {
  if (limit <= 0) return windowMs
  const newestFirst = counted.map(({ countedAt }) => countedAt ?? 0).sort((a, b) => b - a)
  const leaves = newestFirst[limit - 1]
  return leaves === undefined ? 0 : leaves + windowMs - now
}

function isFirstContact(state: MemoryState, delivery: StoredDelivery): boolean {
  for (const other of state.deliveries.values()) {
    const { endpoint, acceptedAt, countedAt } = other
    const went = acceptedAt !== null && countedAt !== null
    if (endpoint === delivery.endpoint && went) return false
  }
  return true
}
