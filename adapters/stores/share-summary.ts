import type { DeliveryState } from '#core/delivery.ts'

/** How many stand where; states that none stands in are left out. */
export function countStates(
  deliveries: readonly { readonly state: DeliveryState }[],
): Readonly<Partial<Record<DeliveryState, number>>> {
  const counts: Partial<Record<DeliveryState, number>> = {}
  for (const { state } of deliveries) counts[state] = (counts[state] ?? 0) + 1
  return counts
}
