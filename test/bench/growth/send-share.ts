import { type AccountId, deliveryId, type Instant } from '#core/ids.ts'
import type { Lease } from '#ports/store/deliveries.ts'
import type { SharePlan } from '#ports/store/shares.ts'
import type { Store } from '#ports/store/store.ts'
import type { Visit } from '#ports/store/visits.ts'
import { settlement, sharePlan } from '#test/contracts/store/plans.ts'
import { RECIPIENT_CAP } from '../recipient-cap.ts'
import { type PlantedShare, RECIPIENTS, VISITED } from './planted.ts'

/** A share to people whom nobody wrote to before. */
export function planFor(account: AccountId, now = Date.now()): SharePlan {
  return sharePlan({ account, now, to: Array.from({ length: RECIPIENTS }, () => ({})) })
}

/** Claims all deliveries of a share at once. */
export async function claimShare(store: Store, { id }: SharePlan): Promise<readonly Lease[]> {
  return Promise.all(
    Array.from({ length: RECIPIENTS }, async (_, n) => {
      const claim = await store.deliveries.claim(deliveryId(id, n), {
        epoch: 0,
        holder: `holder-${id}-${n}`,
        leaseMs: 60_000,
        cap: RECIPIENT_CAP,
      })
      if (claim.kind !== 'claimed') throw new Error(claim.kind)
      return claim.lease
    }),
  )
}

/** Settles them all at once: the provider took them. */
export async function settleShare(store: Store, leases: readonly Lease[]): Promise<void> {
  await Promise.all(
    leases.map(async (lease) => {
      const providerIds = [`<${lease.id}@example.org>`]
      const request = { settlement: settlement(), via: 'email', providerIds, reach: null } as const
      const { kind } = await store.deliveries.settle(lease, request)
      if (kind !== 'settled') throw new Error(kind)
    }),
  )
}

/** Accepts, claims and settles, as the engine does. */
export async function sendShare(
  store: Store,
  account: AccountId,
  now?: number,
): Promise<PlantedShare> {
  const plan = planFor(account, now)
  const { kind } = await store.shares.accept(plan)
  if (kind !== 'accepted') throw new Error(kind)
  await settleShare(store, await claimShare(store, plan))
  const [first] = plan.deliveries
  if (!first) throw new Error('a share without deliveries')
  return { id: plan.id, account, code: first.code }
}

/** One visit each of the share's first deliveries. */
export function visitsOf({ id }: Pick<PlantedShare, 'id'>, at: number): readonly Visit[] {
  return Array.from({ length: VISITED }, (_, n) => ({
    delivery: deliveryId(id, n),
    at: at as Instant,
    class: 'human',
    why: 'browser',
    visitor: `v${n}`.padEnd(11, 'x'),
    agent: 'Chrome, Windows, desktop',
    tracked: true,
  }))
}

/** Merges everything that was recorded, and raises the revisions of what changed. */
export async function settleDown(store: Store): Promise<void> {
  while ((await store.visits.fold(1_000)).more) {
    // All of it.
  }
  while ((await store.shares.revise(1_000)).length > 0) {
    // All of them.
  }
}
