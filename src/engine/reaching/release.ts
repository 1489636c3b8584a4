import { endpointOf } from '#core/address.ts'
import { addressOfUser } from '#core/identity.ts'
import type { DeliveryId } from '#core/ids.ts'
import type { Delivery } from '#core/share.ts'
import type { Person } from '#ports/store/people.ts'
import type { Store } from '#ports/store/store.ts'
import type { Keys } from '../keys.ts'

export interface ReleaseDeps {
  readonly store: Pick<Store, 'deliveries'>
  readonly keys: Pick<Keys, 'endpoint'>
  /** A delivery of the share changed. */
  onChange(): void
  /** There may be due work. */
  ring(): void
}

/**
 * Sends a delivery that waits to a person who can be written to, whatever handle it was written to. Consent hangs on
 * the person from then on. Null: it waits no longer, or nobody can write to them.
 */
export async function releaseTo(
  { store, keys, onChange, ring }: ReleaseDeps,
  id: DeliveryId,
  person: Person | null,
): Promise<Delivery | null> {
  const address = person && addressOfUser(person)
  if (!address || !person.reach) return null
  const released = await store.deliveries.readdress(id, {
    address,
    endpoint: keys.endpoint(endpointOf(address)),
    reach: person.reach,
  })
  if (released) {
    onChange()
    ring()
  }
  return released
}
