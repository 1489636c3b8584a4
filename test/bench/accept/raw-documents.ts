import type { Connection } from 'mongoose'
import type { RawTable } from './raw.ts'

/** The very documents that the store made of the share's deliveries, in a collection with the same indexes. */
export async function createRawCollection(connection: Connection): Promise<RawTable> {
  const deliveries = connection.collection('deliveries')
  const raw = connection.collection('raw_deliveries')
  const indexes = await deliveries.indexes()
  await raw.createIndexes(
    indexes
      .filter(({ name }) => name !== '_id_')
      .map(({ v: _version, ns: _namespace, ...index }) => ({ ...index, name: index.name ?? '' })),
  )
  return {
    async prepare({ id }) {
      const documents = await deliveries.find({ share: id }).toArray()
      return async () => {
        await raw.insertMany(documents, { ordered: false })
      }
    },
  }
}
