import type { mongo } from 'mongoose'
import type { DeliveryId } from '#core/ids.ts'
import type { ShareStore } from '#ports/store/shares.ts'
import { blankStep } from '../stored-delivery.ts'
import type { Database } from './database.ts'
import type { DeliveryDocument } from './delivery-document.ts'
import type { DeliveryTable } from './delivery-table.ts'
import type { MongoReplies } from './replies.ts'
import type { DropUnused } from './unused-reaches.ts'

type Filter = mongo.Filter<DeliveryDocument>

/**
 * Takes away what hangs on a delivery first, and blanks the delivery last: one that a crash left half blanked is
 * found again.
 */
export function createBlanking(
  db: Database,
  {
    table,
    dropUnused,
    replies,
  }: {
    readonly table: DeliveryTable
    readonly dropUnused: DropUnused
    readonly replies: Pick<MongoReplies, 'blankTo'>
  },
): Pick<ShareStore, 'blank'> {
  const kept = db.connection.collection<{ _id: DeliveryId }>('outbox')

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
      await dropUnused(deliveries)
      const held = await table.putAll(
        found.map((read) => ({ read, after: blankStep(read.delivery) })),
      )
      return held.filter(Boolean).length
    },
  }
}
