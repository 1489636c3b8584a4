import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { ChatRef, MessageRef, Screen } from '#ports/bot-platform.ts'

/** Messages of which it is known what they show. */
const KNOWN = 10_000

/** What messages show that this process wrote: so that nobody is shown the same again. Forgetting costs an edit. */
export interface ShownScreens {
  note(chat: ChatRef, message: MessageRef, screen: Screen): void
  /** Its buttons were taken off. */
  forget(chat: ChatRef, message: MessageRef): void
  shows(chat: ChatRef, message: MessageRef, screen: Screen): boolean
}

export function createShownScreens(): ShownScreens {
  const known = new LRUCache<string, string>({ max: KNOWN })
  const keyOf = ({ id }: ChatRef, message: MessageRef): string => `${id} ${message}`
  return {
    note: (chat, message, screen) => known.set(keyOf(chat, message), digestOf(screen)),
    forget: (chat, message) => known.delete(keyOf(chat, message)),
    shows: (chat, message, screen) => known.get(keyOf(chat, message)) === digestOf(screen),
  }
}

function digestOf(screen: Screen): string {
  return createHash('sha256').update(JSON.stringify(screen)).digest('base64url')
}
