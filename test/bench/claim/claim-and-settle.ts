import type { DueDelivery } from '#ports/store/deliveries.ts'
import type { Store } from '#ports/store/store.ts'
import { dueRequest, settlement, sharePlan, someAccount } from '#test/contracts/store/plans.ts'
import { RECIPIENT_CAP } from '../recipient-cap.ts'

const ACCOUNTS = 50
const PER_SHARE = 100

/** Due deliveries of several accounts. */
export async function plantDue(store: Store, count: number): Promise<DueDelivery[]> {
  const accounts = Array.from({ length: ACCOUNTS }, someAccount)
  for (let i = 0; i < count / PER_SHARE; i++) {
    const account = accounts[i % ACCOUNTS]
    const to = Array.from({ length: PER_SHARE }, () => ({}))
    await store.shares.accept(sharePlan({ ...(account && { account }), to }))
  }
  return [...(await store.deliveries.due(dueRequest({ lanes: ACCOUNTS, perLane: count })))]
}

/** Claims and settles them all, so many at once. Per second. */
export async function claimsPerSecond(
  store: Store,
  due: readonly DueDelivery[],
  concurrent: number,
): Promise<number> {
  const left = [...due]
  const began = performance.now()
  await Promise.all(Array.from({ length: concurrent }, (_, i) => work(store, left, `w${i}`)))
  return (due.length * 1_000) / (performance.now() - began)
}

async function work(store: Store, left: DueDelivery[], holder: string): Promise<void> {
  for (let due = left.pop(); due; due = left.pop()) {
    const result = await store.deliveries.claim(due.id, {
      epoch: due.epoch,
      holder,
      leaseMs: 60_000,
      cap: RECIPIENT_CAP,
    })
    if (result.kind !== 'claimed') throw new Error(result.kind)
    const settled = await store.deliveries.settle(result.lease, {
      settlement: settlement(),
      via: 'email',
      providerIds: [`<${due.id}@example.org>`],
      reach: null,
    })
    if (settled.kind !== 'settled') throw new Error(settled.kind)
  }
}
