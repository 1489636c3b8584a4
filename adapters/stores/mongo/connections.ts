import type { ChannelName } from '#core/address.ts'
import type { ConnectionId, Instant } from '#core/ids.ts'
import type { ConnectionStore } from '#ports/store/connections.ts'
import type { Database } from './database.ts'
import type { Leases } from './leases.ts'
import { documentSchema } from './schema.ts'
import { literal, once, UPSERT } from './update.ts'

export interface DownConnection {
  readonly _id: string
  readonly channel: ChannelName
  readonly connection: ConnectionId
  readonly since: Instant
  readonly detail: string
}

const downConnection = documentSchema<DownConnection>({
  _id: String,
  channel: String,
  connection: String,
  since: Number,
  detail: String,
})

export function createMongoConnections(db: Database, leases: Leases): ConnectionStore {
  const model = db.model('connections_down', downConnection)
  return {
    async pause({ channel, connection }, detail) {
      const down = {
        channel: literal(channel),
        connection: literal(connection),
        since: once('since', db.now()),
        detail: literal(detail),
      }
      const { upsertedCount } = await db.attempt(() =>
        model.updateOne({ _id: `${channel}/${connection}` }, [{ $set: down }], UPSERT).exec(),
      )
      return upsertedCount === 1
    },
    async resume({ channel, connection }) {
      const { deletedCount } = await db.attempt(() =>
        model.deleteOne({ _id: `${channel}/${connection}` }).exec(),
      )
      return deletedCount === 1
    },
    async down() {
      const found = await db.attempt(() => model.find().lean().exec())
      return found.map(({ channel, connection, since, detail }) => ({
        connection: { channel, connection },
        since,
        detail,
      }))
    },
    ...leases,
  }
}
