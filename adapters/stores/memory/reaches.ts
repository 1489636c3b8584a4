import type { Address } from '#core/address.ts'
import { addressKey, type MemoryState } from './state.ts'

/** Forgets what was learned of an address, unless a delivery goes there still. */
export function dropReach(state: MemoryState, address: Address): void {
  const inUse = [...state.deliveries.values()].some(
    (other) => other.address && addressKey(other.address) === addressKey(address),
  )
  if (!inUse) state.reach.delete(addressKey(address))
}
