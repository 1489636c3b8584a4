import { setTimeout as sleep } from 'node:timers/promises'
import { isFinal } from '#core/delivery.ts'
import type { DeliveryJson, ShareJson } from '#web/api/share-schemas.ts'

const LOOK_MS = 150
/** An attempt that is further off is left to the server's next start. */
const SOON_MS = 60_000

/**
 * Looks at a share until nothing of it will happen soon: every delivery is final, waits for its recipient, or
 * is due more than a minute from now.
 */
export async function awaitDeliveries(
  first: ShareJson,
  look: () => Promise<ShareJson>,
  onLook: (settled: number, total: number) => void,
): Promise<ShareJson> {
  let share = first
  for (;;) {
    const settled = share.deliveries.filter((delivery) => isAtRest(delivery, Date.now())).length
    onLook(settled, share.deliveries.length)
    if (settled === share.deliveries.length) return share
    await sleep(LOOK_MS)
    share = await look()
  }
}

export function isAtRest({ state, dueAt }: DeliveryJson, now: number): boolean {
  if (isFinal(state) || state === 'waiting') return true
  if (state === 'sending') return false
  return dueAt !== null && Date.parse(dueAt) > now + SOON_MS
}
