import { LRUCache } from 'lru-cache'
import { type PlatformUser, platformUserKey } from '#core/identity.ts'
import type { Engine } from '#engine/engine.ts'
import type { ChatRef } from '#ports/bot-platform.ts'

const MAX_KNOWN = 10_000

/** Keeps what is known of people up to date: how they show themselves, and that they can be written to. */
export interface Acquaintance {
  /** They did something in the chat; what was noted in this process before is not written again. */
  meet(user: PlatformUser, chat: ChatRef): Promise<void>
  /** They came to the bot, or came back, or have blocked it. */
  note(user: PlatformUser, chat: ChatRef, open: boolean): Promise<void>
}

export function createAcquaintance({
  reaching,
  linking,
}: Pick<Engine, 'reaching' | 'linking'>): Acquaintance {
  const known = new LRUCache<string, string>({ max: MAX_KNOWN })

  async function note(user: PlatformUser, chat: ChatRef, open: boolean): Promise<void> {
    await reaching.met(user, open ? { chat: chat.id } : null)
    await linking.seen(user)
    if (open) known.set(platformUserKey(user), looksOf(user))
    else known.delete(platformUserKey(user))
  }

  return {
    note,
    async meet(user, chat) {
      // Of who is seen in a group alone nobody knows whether they can be written to.
      if (chat.kind !== 'private' || known.get(platformUserKey(user)) === looksOf(user)) return
      await note(user, chat, true)
    },
  }
}

const looksOf = ({ handle, name }: PlatformUser): string => `${handle} ${name}`
