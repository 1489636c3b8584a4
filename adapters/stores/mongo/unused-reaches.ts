import type { mongo } from 'mongoose'
import type { Address } from '#core/address.ts'
import type { DeliveryId } from '#core/ids.ts'
import type { StoredDelivery } from '../stored-delivery.ts'
import type { Database } from './database.ts'
import { type DeliveryDocument, toKey } from './delivery-document.ts'
import type { DeliveryTable } from './delivery-table.ts'
import type { Reaches } from './reaches.ts'

/** Forgets what was learned of the deliveries' addresses, unless others go there still. */
export type DropUnused = (deliveries: readonly StoredDelivery[]) => Promise<void>

/**
 * Most addresses have nothing that was learned of them. Who names one is looked up again after the drop: a delivery
 * that was accepted before it may need what was learned.
 */
export function createDropUnused(
  db: Database,
  { table, reaches }: { readonly table: DeliveryTable; readonly reaches: Reaches },
): DropUnused {
  const isNamed = async (address: Address, besides: readonly DeliveryId[]): Promise<boolean> => {
    const filter = { finds: toKey(address), _id: { $nin: [...besides] } }
    const found = await db.attempt(() =>
      table.collection.findOne(filter as mongo.Filter<DeliveryDocument>, {
        projection: { _id: 1 },
      }),
    )
    return found !== null
  }

  return async (deliveries) => {
    const addresses = deliveries.flatMap(({ address }) => address ?? [])
    const reachOf = await reaches.of(addresses)
    const ids = deliveries.map(({ id }) => id)
    for (const address of addresses) {
      const reach = reachOf(address)
      if (!reach || (await isNamed(address, ids))) continue
      await reaches.drop(address)
      if (await isNamed(address, ids)) await reaches.restore(address, reach)
    }
  }
}
