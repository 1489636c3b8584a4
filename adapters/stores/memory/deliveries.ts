import { type Address, connectionKey, type Lane } from '#core/address.ts'
import type { DeliveryId, Instant } from '#core/ids.ts'
import type { Share } from '#core/share.ts'
import type { Receipt } from '#ports/channel.ts'
import type {
  ClaimRequest,
  ClaimResult,
  DeliveryStore,
  DueDelivery,
  QueueDepth,
  RecipientCap,
} from '#ports/store/deliveries.ts'
import {
  capStep,
  claimEnds,
  claimStep,
  countsAlready,
  deadlineStep,
  holdsLease,
  isClaimedBy,
  isSettledBy,
  mayClaim,
  wasInterrupted,
} from '../claim-steps.ts'
import { byLane, takeTurn } from '../lane-turns.ts'
import { latestOut } from '../last-to.ts'
import { byAge, deferStep, moveStep, readdressStep, wakeStep } from '../move-steps.ts'
import { receiptStep, settleStep } from '../settle-steps.ts'
import { type StoredDelivery, viewOf } from '../stored-delivery.ts'
import { standsAt } from './consent.ts'
import { dropReach } from './reaches.ts'
import { recentsOf } from './recents.ts'
import {
  addressKey,
  deliveriesOf,
  keyOf,
  type MemoryDeps,
  type MemoryState,
  putDelivery,
} from './state.ts'

export function createMemoryDeliveries({ state, now }: MemoryDeps): DeliveryStore {
  let last: Lane | undefined

  return {
    async due(request) {
      const turn = takeTurn(byLane(dueOf(state, now()), request), request, last)
      last = turn.last
      return turn.due
    },
    async nextDueInMs(channels) {
      let next = Infinity
      for (const { dueAt, lane } of state.deliveries.values()) {
        if (dueAt !== null && channels.includes(lane.channel)) next = Math.min(next, dueAt)
      }
      return next === Infinity ? null : Math.max(0, next - now())
    },
    async get(id) {
      const delivery = state.deliveries.get(id)
      return delivery ? viewOf(delivery, now()) : null
    },
    async ofShare(share) {
      return deliveriesOf(state, share).map((delivery) => viewOf(delivery, now()))
    },
    async claim(id, request) {
      return claim(state, id, request, now())
    },
    async settle(lease, request) {
      const delivery = state.deliveries.get(lease.id)
      const share = delivery && state.shares.get(delivery.share)
      if (!delivery || !share) return { kind: 'fenced' }
      if (isSettledBy(delivery, lease))
        return { kind: 'settled', delivery: viewOf(delivery, now()) }
      if (!holdsLease(delivery, lease, now())) return { kind: 'fenced' }
      const settled = settleStep(delivery, share, request, now())
      putDelivery(state, settled)
      if (request.reach && settled.address) {
        state.reach.set(addressKey(settled.address), request.reach)
      }
      for (const providerId of settled.providerIds) {
        state.providerRefs.set(keyOf(connectionKey(settled.lane), providerId), settled.id)
      }
      return { kind: 'settled', delivery: viewOf(applyParked(state, settled, now()), now()) }
    },
    async move(id, change) {
      const delivery = state.deliveries.get(id)
      const moved = delivery && moveStep(delivery, change, now())
      if (!moved) return null
      putDelivery(state, moved.delivery)
      return moved.matched ? viewOf(moved.delivery, now()) : null
    },
    async defer(id, epoch, inMs, reason) {
      const delivery = state.deliveries.get(id)
      const deferred = delivery && deferStep(delivery, epoch, { inMs, reason }, now())
      if (deferred) putDelivery(state, deferred)
      return deferred !== undefined
    },
    async receipt(receipt) {
      const id = state.providerRefs.get(refKey(receipt))
      const delivery = id && state.deliveries.get(id)
      if (!delivery || delivery.state === 'sending') {
        park(state, receipt, now())
        return 'parked'
      }
      const received = receiptStep(delivery, receipt.verdict, now())
      if (received) putDelivery(state, received)
      return received ? 'applied' : 'ignored'
    },
    async named(connection, providerId) {
      const id = state.providerRefs.get(keyOf(connectionKey(connection), providerId))
      const delivery = id && state.deliveries.get(id)
      return delivery ? viewOf(delivery, now()) : null
    },
    async unpark(olderThanMs) {
      const before = now() - olderThanMs
      const old = [...state.parked].filter(([, parked]) => parked.at < before)
      for (const [key] of old) state.parked.delete(key)
      return old.length
    },
    async expire(limit) {
      const overdue = [...state.deliveries.values()]
        .filter(({ dueAt, deadlineAt }) => dueAt !== null && deadlineAt <= now())
        .filter(({ state: at, dueAt }) => at !== 'sending' || (dueAt ?? 0) <= now())
        .slice(0, limit)
      for (const delivery of overdue) {
        const share = state.shares.get(delivery.share)
        if (share) putDelivery(state, deadlineStep(delivery, share, now()))
      }
      return overdue.length
    },
    async wake(address, reach) {
      state.reach.set(addressKey(address), reach)
      const waiting = waitingAt(state, address)
      for (const delivery of waiting) putDelivery(state, wakeStep(delivery, now()))
      return waiting.length
    },
    async waiting(address, limit) {
      const oldestFirst = waitingAt(state, address).toSorted(byAge)
      return oldestFirst.slice(0, limit).map((delivery) => viewOf(delivery, now()))
    },
    async readdress(id, to) {
      const before = state.deliveries.get(id)
      const after = before && readdressStep(before, to, now())
      if (!before || !after) return null
      putDelivery(state, after)
      state.known.add(keyOf(after.account, to.endpoint))
      state.reach.set(addressKey(to.address), to.reach)
      if (before.address) dropReach(state, before.address)
      return viewOf(after, now())
    },
    async depth() {
      return depthOf(state.deliveries.values(), now())
    },
    async lastTo(endpoint) {
      const to = [...state.deliveries.values()].filter((one) => one.endpoint === endpoint)
      const last = latestOut(to)
      return last ? viewOf(last, now()) : null
    },
    async recents(account, limit) {
      return recentsOf(state, account, limit)
    },
    async known(account, endpoints) {
      return new Set(endpoints.filter((endpoint) => state.known.has(keyOf(account, endpoint))))
    },
  }
}

function waitingAt(state: MemoryState, address: Address): readonly StoredDelivery[] {
  return [...state.deliveries.values()].filter(
    (delivery) =>
      delivery.state === 'waiting' &&
      delivery.address !== null &&
      addressKey(delivery.address) === addressKey(address),
  )
}

/** The longest due first. */
function dueOf(state: MemoryState, now: number): readonly DueDelivery[] {
  const dueAt = (delivery: StoredDelivery): number => delivery.dueAt ?? Infinity
  return [...state.deliveries.values()]
    .filter((delivery) => dueAt(delivery) <= now)
    .sort((a, b) => dueAt(a) - dueAt(b))
    .map(({ id, epoch, lane }) => ({ id, epoch, lane }))
}

function claim(
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

function refKey(receipt: Receipt): string {
  return keyOf(connectionKey(receipt.connection), receipt.providerId)
}

function park(state: MemoryState, receipt: Receipt, at: Instant): void {
  const key = keyOf(refKey(receipt), receipt.verdict.state)
  if (!state.parked.has(key)) state.parked.set(key, { ...receipt, at })
}

/** Applies the receipts that came before the answer to the send, in the order in which they came. */
function applyParked(state: MemoryState, delivery: StoredDelivery, now: Instant): StoredDelivery {
  const refs = new Set(
    delivery.providerIds.map((providerId) => keyOf(connectionKey(delivery.lane), providerId)),
  )
  let current = delivery
  for (const [key, parked] of state.parked) {
    if (!refs.has(refKey(parked))) continue
    state.parked.delete(key)
    current = receiptStep(current, parked.verdict, now) ?? current
  }
  if (current !== delivery) putDelivery(state, current)
  return current
}

function depthOf(deliveries: Iterable<StoredDelivery>, now: number): readonly QueueDepth[] {
  const depths = new Map<string, QueueDepth>()
  for (const { dueAt, lane } of deliveries) {
    if (dueAt === null || dueAt > now) continue
    const known = depths.get(lane.channel) ?? { channel: lane.channel, due: 0, oldestMs: 0 }
    const oldestMs = Math.max(known.oldestMs, now - dueAt)
    depths.set(lane.channel, { ...known, due: known.due + 1, oldestMs })
  }
  return [...depths.values()]
}
