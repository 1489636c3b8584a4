import { platformUserKey } from '#core/identity.ts'
import type { Instant } from '#core/ids.ts'
import type {
  ConversationStore,
  FollowedMessage,
  StatusMessage,
  StoredConversation,
} from '#ports/store/conversations.ts'
import { keyOf, type MemoryDeps } from './state.ts'

/** A conversation with when somebody wrote in it last. */
export interface KeptConversation extends StoredConversation {
  readonly at: Instant
}

/** A status message with when it was changed last. */
export interface KeptStatus {
  readonly message: StatusMessage
  readonly at: Instant
}

export function createMemoryConversations({ state, now }: MemoryDeps): ConversationStore {
  const { conversations, statuses } = state

  const followed = (message: FollowedMessage): KeptStatus | undefined => {
    const kept = statuses.get(statusKey(message))
    return kept?.message.message === message.message ? kept : undefined
  }
  const isBehind = ({ share, shown }: StatusMessage): boolean =>
    (state.shares.get(share)?.revision ?? 0) > shown

  return {
    async load(user) {
      const kept = conversations.get(platformUserKey(user))
      return kept ? { state: kept.state, version: kept.version } : null
    },
    async save(user, text, expected) {
      const key = platformUserKey(user)
      if ((conversations.get(key)?.version ?? 0) !== expected) return false
      conversations.set(key, { state: text, version: expected + 1, at: now() })
      return true
    },
    async forget(idleMs, limit) {
      return removeOld(conversations, now() - idleMs, limit)
    },

    async follow(message) {
      statuses.set(statusKey(message), { message, at: now() })
    },
    async ofShare(share) {
      return [...statuses.values()]
        .map(({ message }) => message)
        .filter((message) => message.share === share)
    },
    async shown(message, revision) {
      const kept = followed(message)
      if (!kept || kept.message.shown >= revision) return
      const shown = { ...kept.message, shown: revision }
      statuses.set(statusKey(message), { message: shown, at: now() })
    },
    async unfollow(message) {
      if (followed(message)) statuses.delete(statusKey(message))
    },
    async behind({ platform, connection }, { limit, after }) {
      const page = [...statuses]
        .filter(([key]) => after === undefined || key > after)
        .filter(
          ([
            ,
            {
              message: { user },
            },
          ]) => {
            return user.platform === platform && user.connection === connection
          },
        )
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, limit)
      const messages = page.map(([, { message }]) => message).filter(isBehind)
      return { messages, next: page.length < limit ? null : (page.at(-1)?.[0] ?? null) }
    },
    async settleStatus(olderThanMs, limit) {
      return removeOld(statuses, now() - olderThanMs, limit)
    },
  }
}

/** A share is shown by one message of a chat to each audience. */
function statusKey({
  share,
  user,
  chat,
  audience,
}: Pick<StatusMessage, 'share' | 'user' | 'chat' | 'audience'>): string {
  return keyOf(share, user.platform, user.connection, chat.id, audience)
}

function removeOld<K>(
  map: Map<K, { readonly at: Instant }>,
  before: number,
  limit: number,
): number {
  const old = [...map].filter(([, { at }]) => at <= before).slice(0, limit)
  for (const [key] of old) map.delete(key)
  return old.length
}
