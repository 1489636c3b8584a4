import type { Account } from '#core/account.ts'
import { CANCELLABLE, DEADLINE_MS, isFinal, RETRYABLE, statesBefore } from '#core/delivery.ts'
import { type DeliveryId, isShareId, splitDeliveryId } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import { type Delivery, type Share, standingOf } from '#core/share.ts'
import { takeAway } from '../take-away.ts'
import type { SharingDeps } from './deps.ts'

/** The sender's own share; another's is as good as none. */
export async function ownShare(deps: SharingDeps, sender: Account, id: string): Promise<Share> {
  const share = isShareId(id) ? await deps.store.shares.get(id) : null
  if (share?.account !== sender.id) throw refusal('not_found', 'refusal.no_share')
  return share
}

/** The sender's own delivery; another's is as good as none. */
export async function ownDelivery(
  deps: SharingDeps,
  sender: Account,
  id: string,
): Promise<Delivery> {
  const found = splitDeliveryId(id) ? await deps.store.deliveries.get(id as DeliveryId) : null
  if (found?.account !== sender.id) throw refusal('not_found', 'refusal.no_delivery')
  return found
}

/** What has not left yet never will. Where all has left the share stands, and people may be added to it. */
export async function cancelShare(deps: SharingDeps, share: Share): Promise<void> {
  const deliveries = await deps.store.deliveries.ofShare(share.id)
  if (deliveries.every((delivery) => isFinal(delivery.state))) return
  await deps.store.shares.mark(share.id, 'cancelled')
}

/** The mark kills every code at once and ends what is not being sent; then go what the platforms can take away. */
export async function recallShare(deps: SharingDeps, share: Share): Promise<void> {
  await deps.store.shares.mark(share.id, 'recalled')
  deps.forgetLinks(share.id)
  const deliveries = await deps.store.deliveries.ofShare(share.id)
  await Promise.all(
    deliveries.map((delivery) =>
      delivery.state === 'recalled' ? takeAway(deps, delivery) : recallOne(deps, delivery),
    ),
  )
}

/** Throws `in_flight` while it is being sent, `wrong_state` when it has left. */
export async function cancelOne(deps: SharingDeps, delivery: Delivery): Promise<Delivery> {
  const moved = await deps.store.deliveries.move(delivery.id, {
    from: CANCELLABLE,
    to: 'cancelled',
    reason: null,
    dueInMs: null,
  })
  if (moved) return moved
  if (delivery.state === 'cancelled') return delivery
  throw delivery.state === 'sending'
    ? refusal('in_flight', 'refusal.in_flight')
    : refusal('wrong_state', 'refusal.has_left')
}

/** Kills the code; a send under way is settled as recalled. Again, it tries once more what the platform refused. */
export async function recallOne(deps: SharingDeps, delivery: Delivery): Promise<Delivery> {
  const change = { reason: null, dueInMs: null, recall: true } as const
  const moved =
    (await deps.store.deliveries.move(delivery.id, {
      ...change,
      from: statesBefore('recalled').filter((state) => state !== 'sending'),
      to: 'recalled',
    })) ??
    (await deps.store.deliveries.move(delivery.id, {
      from: ['sending'],
      to: 'sending',
      reason: null,
      recall: true,
    }))
  deps.forgetLinks(delivery.share)
  const after = moved ?? (await deps.store.deliveries.get(delivery.id)) ?? delivery
  if (after.state === 'recalled') await takeAway(deps, after)
  return after
}

/** What was taken back, or whose links have ended, goes to nobody else. */
export function mustStand(share: Share, now: number): void {
  const standing = standingOf(share, now)
  if (standing === 'taken-back') throw refusal('wrong_state', 'refusal.taken_back')
  if (standing === 'expired') throw refusal('wrong_state', 'refusal.link_expired')
}

/** Sends once more what failed, stayed uncertain, was suppressed or cancelled. */
export async function retryOne(
  deps: SharingDeps,
  share: Share,
  delivery: Delivery,
): Promise<Delivery> {
  mustStand(share, deps.clock.now())
  if (delivery.recalledAt !== null) throw refusal('wrong_state', 'refusal.taken_back')
  if (!delivery.address) throw refusal('wrong_state', 'refusal.address_deleted')
  const moved = await deps.store.deliveries.move(delivery.id, {
    from: RETRYABLE,
    to: 'queued',
    reason: null,
    dueInMs: 0,
    deadlineInMs: DEADLINE_MS,
    afresh: true,
  })
  if (moved) return moved
  throw refusal('wrong_state', 'refusal.nothing_to_retry')
}
