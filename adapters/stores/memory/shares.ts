import { isFinal } from '#core/delivery.ts'
import type { DeliveryId, Instant, ShareId } from '#core/ids.ts'
import type { Delivery, Share } from '#core/share.ts'
import type { AcceptResult, IdempotencyKey, ShareStore, ShareSummary } from '#ports/store/shares.ts'
import { pageOf, positionOf } from '../cursor.ts'
import { markStep } from '../move-steps.ts'
import { plannedShare } from '../plan-steps.ts'
import { replayOf } from '../replay.ts'
import { createRevisionLog } from '../revision-log.ts'
import { countStates } from '../share-summary.ts'
import { blankStep, type StoredDelivery, viewOf } from '../stored-delivery.ts'
import { type Addition, addDeliveries, refusalOf, takeQuota } from './addition.ts'
import { dropReach } from './reaches.ts'
import { blankRepliesTo } from './replies.ts'
import { deliveriesOf, keyOf, type MemoryDeps, type MemoryState, putDelivery } from './state.ts'

/** What an idempotency key says that took a request before. */
type Taken = Extract<AcceptResult, { kind: 'replayed' | 'mismatch' }>

export function createMemoryShares(
  { state, now }: MemoryDeps,
  openedCount: (share: ShareId) => number,
): ShareStore {
  const log = createRevisionLog()
  const earlier = (
    account: string,
    key: Pick<IdempotencyKey, 'key' | 'hash'> | null,
  ): Taken | null => {
    const taken = key && state.keys.get(keyOf(account, key.key))
    if (!taken || taken.until <= now()) return null
    const share = state.shares.get(taken.share)
    if (taken.hash !== key.hash || !share) return { kind: 'mismatch' }
    return { kind: 'replayed', share }
  }

  const add = (share: Share, addition: Addition): AcceptResult => {
    takeQuota(state, share.account, addition, now())
    const added = addDeliveries(state, share, addition, now())
    const { idempotency } = addition
    if (idempotency) {
      const until = (now() + idempotency.ttlMs) as Instant
      const { hash } = idempotency
      state.keys.set(keyOf(share.account, idempotency.key), { hash, share: share.id, until })
    }
    return { kind: 'accepted', share, added: added.map((one) => viewOf(one, now())) }
  }

  const summaryOf = (share: Share): ShareSummary => {
    const views = deliveriesOf(state, share.id).map((delivery) => viewOf(delivery, now()))
    const opened = openedCount(share.id)
    return { share, states: countStates(views), opened, total: views.length }
  }

  return {
    async findByKey(account, key, hash) {
      return earlier(account, { key, hash })
    },
    async accept(plan) {
      const before = earlier(plan.account, plan.idempotency)
      if (before) return before
      const repeated = state.shares.get(plan.id)
      if (repeated) return replayOf(repeated, plan)
      const refusal = refusalOf(state, plan.account, plan, now())
      if (refusal) return refusal
      const share = plannedShare(plan, now())
      state.shares.set(share.id, share)
      return add(share, plan)
    },
    async extend(plan) {
      const share = state.shares.get(plan.share)
      if (!share || share.account !== plan.account) return { kind: 'not-found' }
      const before = earlier(plan.account, plan.idempotency)
      if (before) return before
      const refusal = refusalOf(state, plan.account, plan, now())
      if (refusal) return refusal
      state.changed.add(share.id)
      return add(share, plan)
    },
    async get(id) {
      return state.shares.get(id) ?? null
    },
    async page(account, { limit, cursor }) {
      const after = positionOf(cursor)
      const rest = [...state.shares.values()]
        .filter((share) => share.account === account)
        .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
        .filter(
          ({ createdAt, id }) =>
            !after || createdAt < after.at || (createdAt === after.at && id < after.id),
        )
      const page = pageOf(rest, limit, ({ createdAt, id }) => ({ at: createdAt, id }))
      return { items: page.items.map(summaryOf), cursor: page.cursor }
    },
    async mark(id, mark) {
      const share = state.shares.get(id)
      if (!share) return false
      const field = mark === 'cancelled' ? 'cancelledAt' : 'recalledAt'
      state.shares.set(id, { ...share, [field]: share[field] ?? now() })
      for (const delivery of deliveriesOf(state, id)) {
        const ended = markStep(delivery, mark, now())
        if (ended) putDelivery(state, ended)
      }
      state.changed.add(id)
      return true
    },
    async revise(limit) {
      for (const [key, { share, from }] of state.changedLater) {
        if (from > now()) continue
        state.changedLater.delete(key)
        state.changed.add(share)
      }
      const ids = [...state.changed].slice(0, limit)
      const revised = ids.flatMap((id) => {
        state.changed.delete(id)
        const share = state.shares.get(id)
        if (!share) return []
        const revision = share.revision + 1
        state.shares.set(id, { ...share, revision })
        return [{ id, account: share.account, revision }]
      })
      log.add(revised)
      return revised
    },
    async revisedSince(mark, limit) {
      return log.since(mark, limit)
    },
    async repair() {
      forgetLapsed(state, now())
      return 0
    },
    async blank(afterMs, limit) {
      const before = now() - afterMs
      const found = [...state.deliveries.values()]
        .filter((delivery) => delivery.recipient !== null)
        .filter((delivery) => isFinal(delivery.state) && delivery.changedAt <= before)
        .slice(0, limit)
      for (const delivery of found) blank(state, delivery)
      return found.length
    },
    async *export(account) {
      const shares = [...state.shares.values()]
        .filter((share) => share.account === account)
        .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
      for (const share of shares) {
        const deliveries: readonly Delivery[] = deliveriesOf(state, share.id).map((delivery) =>
          viewOf(delivery, now()),
        )
        yield { share, deliveries }
      }
    },
  }
}

function blank(state: MemoryState, delivery: StoredDelivery): void {
  putDelivery(state, blankStep(delivery))
  state.outbox.delete(delivery.id)
  blankRepliesTo(state, delivery.id)
  forgetProviderIds(state, delivery.id)
  if (delivery.address) dropReach(state, delivery.address)
}

function forgetProviderIds(state: MemoryState, id: DeliveryId): void {
  for (const [key, delivery] of state.providerRefs) {
    if (delivery === id) state.providerRefs.delete(key)
  }
}

function forgetLapsed(state: MemoryState, now: number): void {
  for (const map of [state.keys, state.sessions, state.tickets]) {
    for (const [key, { until }] of map) {
      if (until <= now) map.delete(key)
    }
  }
  for (const [beginner, { expiresAt }] of state.linkAttempts) {
    if (expiresAt <= now) state.linkAttempts.delete(beginner)
  }
}
