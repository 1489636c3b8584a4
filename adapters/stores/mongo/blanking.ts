import type { mongo } from 'mongoose'
import type { Address } from '#core/address.ts'
import type { DeliveryId } from '#core/ids.ts'
import type { ShareStore } from '#ports/store/shares.ts'
import { blankStep, type StoredDelivery } from '../stored-delivery.ts'
import type { Database } from './database.ts'
import { type DeliveryDocument, toKey } from './delivery-document.ts'
import type { DeliveryTable } from './delivery-table.ts'
import type { Reaches } from './reaches.ts'
import type { MongoReplies } from './replies.ts'

type Filter = mongo.Filter<DeliveryDocument>

/**
 * Takes away what hangs on a delivery first, and blanks the delivery last: one that a crash left half blanked is
 * found again.
 */
export function createBlanking(
  db: Database,
  {
    table,
    reaches,
    replies,
  }: { table: DeliveryTable; reaches: Reaches; replies: Pick<MongoReplies, 'blankTo'> },
): Pick<ShareStore, 'blank'> {
  const kept = db.connection.collection<{ _id: DeliveryId }>('outbox')

  const isNamed = async (address: Address, besides: readonly DeliveryId[]): Promise<boolean> => {
    const filter = { finds: toKey(address), _id: { $nin: [...besides] } } as Filter
    const found = await db.attempt(() =>
      table.collection.findOne(filter, { projection: { _id: 1 } }),
    )
    return found !== null
  }

  /**
   * Most addresses have nothing that was learned of them. Who names one is looked up again after the drop: a delivery
   * that was accepted before it may need what was learned.
   */
  const dropReaches = async (deliveries: readonly StoredDelivery[]): Promise<void> => {
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

  return {
    async blank(afterMs, limit) {
      const before = (await db.readNow()) - afterMs
      const filter = { 'sweep.for': 'blanking', 'sweep.at': { $lte: before } } as Filter
      const found = await table.find(filter, limit)
      const deliveries = found.map(({ delivery }) => delivery)
      if (deliveries.length === 0) return 0
      const ids = deliveries.map(({ id }) => id)
      await db.attempt(() => kept.deleteMany({ _id: { $in: ids } }))
      await replies.blankTo(ids)
      await dropReaches(deliveries)
      const held = await table.putAll(
        found.map((read) => ({ read, after: blankStep(read.delivery) })),
      )
      return held.filter(Boolean).length
    },
  }
}
