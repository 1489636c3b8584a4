import type { Connection } from 'mongoose'
import { type DeliveryDocument, rangeOf } from '#adapters/stores/mongo/delivery-document.ts'
import type { RawTable } from './raw.ts'

/** The very documents that the store made of the share's deliveries, in a collection with the same indexes. */
export async function createRawCollection(connection: Connection): Promise<RawTable> {
  const deliveries = connection.collection<DeliveryDocument>('deliveries')
  const raw = connection.collection<DeliveryDocument>('raw_deliveries')
  const indexes = await deliveries.indexes()
  await raw.createIndexes(
    indexes
      .filter(({ name }) => name !== '_id_')
      .map(({ v: _version, ns: _namespace, ...index }) => ({ ...index, name: index.name ?? '' })),
  )
  return {
    async prepare({ id }) {
      const documents = await deliveries.find({ _id: rangeOf(id) as never }).toArray()
      return async () => {
        await raw.insertMany(documents, { ordered: false })
      }
    },
  }
}
