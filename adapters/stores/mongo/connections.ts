import { type ChannelName, connectionKey } from '#core/address.ts'
import type { ConnectionId, Instant } from '#core/ids.ts'
import type { ConnectionState, ConnectionStore } from '#ports/store/connections.ts'
import type { Database } from './database.ts'
import { isTaken } from './faults.ts'
import type { Leases } from './leases.ts'
import { documentSchema } from './schema.ts'

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
    async pause(connection, detail) {
      const down = downDocument({ connection, since: await db.readNow(), detail })
      try {
        await db.attempt(() => model.insertMany([down]))
        return true
      } catch (error) {
        if (!isTaken(error)) throw error
        await db.attempt(() => model.updateOne({ _id: down._id }, { $set: { detail } }).exec())
        return false
      }
    },
    async resume(connection) {
      const { deletedCount } = await db.attempt(() =>
        model.deleteOne({ _id: connectionKey(connection) }).exec(),
      )
      return deletedCount === 1
    },
    async down() {
      const found = await db.attempt(() => model.find().lean().exec())
      return found.map(downOf)
    },
    ...leases,
  }
}

export function downDocument({ connection, ...state }: ConnectionState): DownConnection {
  const { channel, connection: name } = connection
  return { _id: connectionKey(connection), channel, connection: name, ...state }
}

export function downOf({ channel, connection, since, detail }: DownConnection): ConnectionState {
  return { connection: { channel, connection }, since, detail }
}
