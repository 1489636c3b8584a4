import type { DeliveryId, Instant } from '#core/ids.ts'
import type { KeptMessage, OutboxStore } from '#ports/store/connections.ts'
import { type Position, pageOf, positionOf } from '../cursor.ts'
import type { Database } from './database.ts'
import { ignoreTaken } from './faults.ts'
import { deletePage } from './forget.ts'
import { documentSchema } from './schema.ts'

export interface KeptDocument {
  readonly _id: DeliveryId
  readonly at: Instant
  /** As JSON: what is shown is exactly what was made. */
  readonly rendered: string
  readonly link: string
}

const keptDocument = documentSchema<KeptDocument>({
  _id: String,
  at: Number,
  rendered: String,
  link: String,
})

/** The recipients of deliveries, as written; null once blanked. */
export type RecipientsOf = (
  deliveries: readonly DeliveryId[],
) => Promise<ReadonlyMap<DeliveryId, string | null>>

export function createMongoOutbox(db: Database, recipientsOf: RecipientsOf): OutboxStore {
  const model = db.model('outbox', keptDocument)

  async function messagesOf(kept: readonly KeptDocument[]): Promise<KeptMessage[]> {
    const recipients = await recipientsOf(kept.map(({ _id }) => _id))
    return kept.map(({ _id: delivery, at, rendered, link }) => ({
      delivery,
      at,
      rendered: JSON.parse(rendered),
      recipient: recipients.get(delivery) ?? null,
      link,
      via: 'outbox',
    }))
  }

  return {
    async keep(delivery, rendered, link) {
      const at = await db.readNow()
      const kept = { _id: delivery, at, rendered: JSON.stringify(rendered), link }
      await ignoreTaken(db.attempt(() => model.insertMany([kept])))
    },
    async page({ limit, cursor }) {
      const kept = await db.attempt(() =>
        model
          .find(before(positionOf(cursor)))
          .sort({ at: -1, _id: -1 })
          .limit(limit + 1)
          .lean()
          .exec(),
      )
      const page = pageOf(kept, limit, ({ at, _id }) => ({ at, id: _id }))
      return { items: await messagesOf(page.items), cursor: page.cursor }
    },
    async get(delivery) {
      const kept = await db.attempt(() => model.findById(delivery).lean().exec())
      return kept && ((await messagesOf([kept]))[0] ?? null)
    },
    async remove(delivery) {
      const { deletedCount } = await db.attempt(() => model.deleteOne({ _id: delivery }).exec())
      return deletedCount === 1
    },
    async forget(olderThanMs, limit) {
      const at = { $lte: ((await db.readNow()) - olderThanMs) as Instant }
      return deletePage(db, db.connection.collection<KeptDocument>('outbox'), { at }, limit)
    },
  }
}

function before(position: Position | null): object {
  if (!position) return {}
  const { at, id } = position
  return { at: { $lte: at }, $or: [{ at: { $lt: at } }, { _id: { $lt: id } }] }
}
