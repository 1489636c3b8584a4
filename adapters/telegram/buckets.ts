import { type ConnectionRef, connectionKey } from '#core/address.ts'
import type { Bucket } from '#ports/rates.ts'

/**
 * https://core.telegram.org/bots/faq: none of them is exact, and `retry_after` says more. A person may be told a few things
 * at once, after a rest; a group has 20 messages in no minute.
 */
const PER_BOT = { limit: 30, perMs: 1_000 }
const PER_CHAT = { limit: 1, perMs: 1_000, burst: 3 }
const PER_GROUP = { limit: 15, perMs: 60_000, burst: 5 }

/** The rates of a bot. */
export interface TelegramBuckets {
  /** What a message to the chat passes. */
  of(chat: string, cost: number): readonly Bucket[]
  /** The one that must wait, since Telegram refused a message to the chat for so long. */
  after(chat: string, waitMs: number): string
}

/**
 * Telegram does not say what was too much, the chat or the bot. While another chat is refused too, it is the bot;
 * else the chat waits alone. `now`: monotonic, in ms.
 */
export function telegramBuckets(
  connection: ConnectionRef,
  now: () => number = () => performance.now(),
): TelegramBuckets {
  const bot = connectionKey(connection)
  const keyOf = (chat: string): string => `${bot}/chat/${chat}`
  /** Until when each chat is refused. */
  const refused = new Map<string, number>()

  return {
    of: (chat, cost) => [
      { key: bot, ...PER_BOT, cost },
      { key: keyOf(chat), ...(isGroup(chat) ? PER_GROUP : PER_CHAT), cost },
    ],
    after(chat, waitMs) {
      for (const [one, until] of refused) if (until <= now()) refused.delete(one)
      const alone = [...refused.keys()].every((one) => one === chat)
      refused.set(chat, now() + waitMs)
      return alone ? keyOf(chat) : bot
    },
  }
}

/** Ids of groups are negative. */
function isGroup(chat: string): boolean {
  return chat.startsWith('-')
}
