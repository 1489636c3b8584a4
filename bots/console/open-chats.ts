import type { ConversationStore, StatusMessage } from '#ports/store/conversations.ts'
import type { Rooms } from './rooms.ts'
import { isAlone } from './sitters.ts'

/**
 * The conversations as this process follows them: a status message on a terminal that is open elsewhere is the other
 * process's, and one on a closed terminal nobody's until it is open again. Those of pipes, which nobody sees again, are
 * not followed at all.
 */
export function openChatsOnly(store: ConversationStore, rooms: Rooms): ConversationStore {
  const isHere = ({ chat }: StatusMessage): boolean => rooms.has(chat.id)
  return {
    ...store,
    async follow(message) {
      if (!isAlone(message.user)) await store.follow(message)
    },
    ofShare: async (share) => (await store.ofShare(share)).filter(isHere),
    async behind(place, request) {
      const { messages, next } = await store.behind(place, request)
      return { messages: messages.filter(isHere), next }
    },
  }
}
