import type { DeliveryState } from '#core/delivery.ts'
import type { DeliveryView, ShareView } from '#engine/engine.ts'

const TROUBLED: readonly DeliveryState[] = ['failed', 'unknown', 'waiting', 'suppressed']

/** The sender may want to do something about it. */
export function isTroubled({ state }: DeliveryView): boolean {
  return TROUBLED.includes(state)
}

/** Those whom nothing was sent to in their place. */
export function standingDeliveries({
  deliveries,
}: Pick<ShareView, 'deliveries'>): readonly DeliveryView[] {
  const replaced = new Set(deliveries.map(({ replaces }) => replaces))
  return deliveries.filter((delivery) => !(replaced.has(delivery.id) && isTroubled(delivery)))
}

/** Those who ask for an answer first, then who needs something else, then those of whom there is news. */
export function interesting(deliveries: readonly DeliveryView[]): readonly DeliveryView[] {
  return deliveries.toSorted((a, b) => rank(a) - rank(b))
}

function rank(delivery: DeliveryView): number {
  if (delivery.came.length > 0) return 0
  if (isTroubled(delivery)) return 1
  return delivery.firstOpenedAt === null ? 3 : 2
}

/** Those that have not left, since they can still be undone. */
export function heldOf(share: ShareView, now: number): readonly DeliveryView[] {
  const { sendAt, cancelledAt, recalledAt } = share
  if (sendAt !== null || cancelledAt !== null || recalledAt !== null) return []
  return share.deliveries.filter(
    ({ state, error, attempts, dueAt }) =>
      state === 'scheduled' && error === null && attempts === 0 && (dueAt ?? 0) > now,
  )
}

/** Until when they can be; null: nothing is held. */
export function heldUntil(share: ShareView, now: number): number | null {
  const held = heldOf(share, now)
  return held.length === 0 ? null : Math.max(...held.map(({ dueAt }) => dueAt ?? 0))
}

/** Whether more people may get it. */
export function mayGoOn({ recalledAt, cancelledAt, expiresAt }: ShareView, now: number): boolean {
  return recalledAt === null && cancelledAt === null && (expiresAt === null || expiresAt > now)
}
