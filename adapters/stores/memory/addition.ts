import type { Instant } from '#core/ids.ts'
import type { Share } from '#core/share.ts'
import type { AcceptResult, SharePlan } from '#ports/store/shares.ts'
import { dueInstant, plannedStep } from '../plan-steps.ts'
import { overQuota, type QuotaUse, quotaDay } from '../quota.ts'
import type { StoredDelivery } from '../stored-delivery.ts'
import { keyOf, type MemoryState } from './state.ts'

/** What accepting a share and extending one have in common. */
export type Addition = Pick<
  SharePlan,
  'deliveries' | 'due' | 'deadlineMs' | 'idempotency' | 'quota'
>

export function refusalOf(
  state: MemoryState,
  account: string,
  addition: Addition,
  now: number,
): AcceptResult | undefined {
  const adds = useOf(state, account, addition)
  return overQuota(addition.quota, usedToday(state, account, now), adds, now)
}

/** Counts the addition, and notes whom the account wrote to. */
export function takeQuota(
  state: MemoryState,
  account: string,
  addition: Addition,
  now: number,
): void {
  const used = usedToday(state, account, now)
  const adds = useOf(state, account, addition)
  state.quota.set(keyOf(account, quotaDay(now)), {
    messages: used.messages + adds.messages,
    newEndpoints: used.newEndpoints + adds.newEndpoints,
  })
  for (const { endpoint } of addition.deliveries) state.known.add(keyOf(account, endpoint))
}

/** Numbers the deliveries on from the share's last, and returns them. */
export function addDeliveries(
  state: MemoryState,
  share: Share,
  addition: Addition,
  now: Instant,
): readonly StoredDelivery[] {
  const before = state.ofShare.get(share.id) ?? []
  const times = {
    dueAt: dueInstant(addition.due, now),
    deadlineMs: addition.deadlineMs,
    now,
  }
  const added = addition.deliveries.map((planned) =>
    plannedStep(share, planned, before.length + planned.n, times),
  )
  for (const delivery of added) {
    state.deliveries.set(delivery.id, delivery)
    state.byCode.set(delivery.code, delivery.id)
  }
  state.ofShare.set(share.id, [...before, ...added.map(({ id }) => id)])
  return added
}

function usedToday(state: MemoryState, account: string, now: number): QuotaUse {
  return state.quota.get(keyOf(account, quotaDay(now))) ?? { messages: 0, newEndpoints: 0 }
}

function useOf(state: MemoryState, account: string, addition: Addition): QuotaUse {
  const endpoints = new Set(addition.deliveries.map(({ endpoint }) => endpoint))
  const fresh = [...endpoints].filter((endpoint) => !state.known.has(keyOf(account, endpoint)))
  return { messages: addition.deliveries.length, newEndpoints: fresh.length }
}
