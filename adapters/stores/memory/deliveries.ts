import { type Address, connectionKey, type Lane } from '#core/address.ts'
import type { Instant } from '#core/ids.ts'
import type { Receipt } from '#ports/channel.ts'
import type { DeliveryStore, DueDelivery, QueueDepth } from '#ports/store/deliveries.ts'
import { arrivalStep, isAnybodyOpen, isUnaskedAt } from '../arrival-steps.ts'
import { deadlineStep, holdsLease, isSettledBy } from '../claim-steps.ts'
import { byLane, takeTurn } from '../lane-turns.ts'
import { latestOut } from '../last-to.ts'
import { byAge, deferStep, moveStep, readdressStep, wakeStep } from '../move-steps.ts'
import { receiptStep, settleStep } from '../settle-steps.ts'
import { type StoredDelivery, viewOf } from '../stored-delivery.ts'
import { claim } from './claims.ts'
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
    async noteArrival(id, news) {
      const before = state.deliveries.get(id)
      const after = before && arrivalStep(before, news)
      if (after) putDelivery(state, after)
      const noted = after ?? before
      return noted?.state === 'waiting' ? viewOf(noted, now()) : null
    },
    async unasked(place, { limit, after = '' }) {
      const page = [...state.deliveries.values()]
        .filter((delivery) => delivery.id > after && isAnybodyOpen(delivery))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit)
      const deliveries = page.filter(isUnaskedAt(place)).map((one) => viewOf(one, now()))
      return { deliveries, next: page.length < limit ? null : (page.at(-1)?.id ?? null) }
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
