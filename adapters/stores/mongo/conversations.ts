import { platformUserKey } from '#core/identity.ts'
import type { Instant } from '#core/ids.ts'
import type { ConversationStore, StoredConversation } from '#ports/store/conversations.ts'
import type { Database } from './database.ts'
import { deletePage } from './forget.ts'
import { insertEach } from './inserts.ts'
import { documentSchema } from './schema.ts'
import type { ShareTable } from './share-table.ts'
import { createMongoStatusMessages } from './status-messages.ts'

/** `_id` is `platformUserKey`. */
export interface ConversationDocument extends StoredConversation {
  readonly _id: string
  /** When somebody wrote in it last. */
  readonly at: Instant
}

const conversationSchema = documentSchema<ConversationDocument>({
  _id: String,
  state: String,
  version: Number,
  at: Number,
})

export function createMongoConversations(db: Database, shares: ShareTable): ConversationStore {
  const collection = db.collection('conversations', conversationSchema)

  return {
    async load(user) {
      const found = await db.attempt(() => collection.findOne({ _id: platformUserKey(user) }))
      return found && { state: found.state, version: found.version }
    },
    async save(user, state, expected) {
      const _id = platformUserKey(user)
      const saved = { state, version: expected + 1, at: await db.readNow() }
      if (expected === 0) {
        const [made] = await db.attempt(() => insertEach(collection, [{ _id, ...saved }]))
        return made ?? false
      }
      const { matchedCount } = await db.attempt(() =>
        collection.updateOne({ _id, version: expected }, { $set: saved }),
      )
      return matchedCount === 1
    },
    async forget(idleMs, limit) {
      const at = { $lte: ((await db.readNow()) - idleMs) as Instant }
      return deletePage(db, collection, { at }, limit)
    },
    ...createMongoStatusMessages(db, shares),
  }
}
