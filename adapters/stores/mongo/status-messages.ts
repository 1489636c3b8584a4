import type { Platform } from '#core/identity.ts'
import type { AccountId, ConnectionId, Instant, ShareId } from '#core/ids.ts'
import type { Locale } from '#core/locale.ts'
import type { ChatRef } from '#ports/bot-platform.ts'
import type {
  ConversationStore,
  FollowedMessage,
  StatusMessage,
} from '#ports/store/conversations.ts'
import type { Database } from './database.ts'
import { deletePage } from './forget.ts'
import { documentSchema } from './schema.ts'
import type { ShareTable } from './share-table.ts'

/** `_id` is `share platform connection audience chat`: one for each, and a share's lie together. */
export interface StatusDocument {
  readonly _id: string
  readonly share: ShareId
  readonly platform: Platform
  readonly connection: ConnectionId
  readonly userId: string
  readonly account: AccountId
  readonly chat: string
  readonly chatKind: ChatRef['kind']
  readonly audience: StatusMessage['audience']
  readonly message: string
  readonly locale: Locale
  readonly shown: number
  /** When it came to show what it does. */
  readonly changedAt: Instant
}

const statusSchema = documentSchema<StatusDocument>({
  _id: String,
  share: String,
  platform: String,
  connection: String,
  userId: String,
  account: String,
  chat: String,
  chatKind: String,
  audience: String,
  message: String,
  locale: String,
  shown: Number,
  changedAt: Number,
})

type StatusMessages = Pick<
  ConversationStore,
  'follow' | 'ofShare' | 'shown' | 'unfollow' | 'behind' | 'settleStatus'
>

export function createMongoStatusMessages(db: Database, shares: ShareTable): StatusMessages {
  const collection = db.collection('status_messages', statusSchema)

  const put = async (status: StatusMessage): Promise<void> => {
    const { _id, ...set } = statusDocument(status, await db.readNow())
    await db.attempt(() => collection.updateOne({ _id }, { $set: set }, { upsert: true }))
  }

  return {
    follow: put,
    async ofShare(share) {
      const _id = { $gte: `${share} `, $lt: `${share}!` }
      return (await db.attempt(() => collection.find({ _id }).toArray())).map(statusOf)
    },
    async shown(followed, revision) {
      const filter = { ...followedFilter(followed), shown: { $lt: revision } }
      const changedAt = await db.readNow()
      await db.attempt(() => collection.updateOne(filter, { $set: { shown: revision, changedAt } }))
    },
    async unfollow(followed) {
      await db.attempt(() => collection.deleteOne(followedFilter(followed)))
    },
    async behind({ platform, connection }, { limit, after = '' }) {
      const filter = { platform, connection, _id: { $gt: after } }
      const found = await db.attempt(() =>
        collection.find(filter).sort({ _id: 1 }).limit(limit).toArray(),
      )
      const now = await shares.revisions(found.map(({ share }) => share))
      const behind = found.filter(({ share, shown }) => (now.get(share) ?? 0) > shown)
      const next = found.length < limit ? null : (found.at(-1)?._id ?? null)
      return { messages: behind.map(statusOf), next }
    },
    async settleStatus(olderThanMs, limit) {
      const changedAt = { $lte: ((await db.readNow()) - olderThanMs) as Instant }
      return deletePage(db, collection, { changedAt }, limit)
    },
  }
}

function followedFilter(followed: FollowedMessage): Pick<StatusDocument, '_id' | 'message'> {
  return { _id: statusId(followed), message: followed.message }
}

/** None but the last of its parts may hold a space. */
function statusId({
  share,
  user,
  chat,
  audience,
}: Pick<StatusMessage, 'share' | 'user' | 'chat' | 'audience'>): string {
  return `${share} ${user.platform} ${user.connection} ${audience} ${chat.id}`
}

export function statusDocument(status: StatusMessage, changedAt: Instant): StatusDocument {
  const { share, user, chat, audience, account, message, locale, shown } = status
  const { platform, connection, id: userId } = user
  const where = { share, platform, connection, userId, account, chat: chat.id, chatKind: chat.kind }
  return { _id: statusId(status), ...where, audience, message, locale, shown, changedAt }
}

export function statusOf(document: StatusDocument): StatusMessage {
  const { share, platform, connection, userId, account, audience, message, locale, shown } =
    document
  const user = { platform, connection, id: userId }
  const chat = { id: document.chat, kind: document.chatKind }
  return { share, account, user, chat, audience, message, locale, shown }
}
