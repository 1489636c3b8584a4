import type { Chat, MessageOrigin } from 'grammy/types'
import { cleanLine } from '#core/text.ts'
import type { Forwarded } from '#ports/bot-platform.ts'
import { nameOf } from './person.ts'

/** Only a public channel's post has an address of its own. */
export function forwardedOf(origin: MessageOrigin): Forwarded {
  switch (origin.type) {
    case 'user':
      return { from: nameOf(origin.sender_user), post: null }
    case 'hidden_user':
      return { from: cleanLine(origin.sender_user_name) || null, post: null }
    case 'chat':
      return { from: titleOf(origin.sender_chat), post: null }
    case 'channel': {
      const { chat, message_id: post } = origin
      const place = chat.username ? `https://t.me/${chat.username}/${post}` : null
      return { from: titleOf(chat), post: place }
    }
    default:
      return origin satisfies never
  }
}

const titleOf = (chat: Chat): string | null => cleanLine(chat.title ?? '') || nameOf(chat)
