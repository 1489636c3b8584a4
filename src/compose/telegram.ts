import { telegramBuckets } from '#adapters/telegram/buckets.ts'
import { createConversation } from '#conversation/conversation.ts'
import { type ConnectionRef, DEFAULT_CONNECTION } from '#core/address.ts'
import type { Engine } from '#engine/engine.ts'
import type { Rates } from '#ports/rates.ts'
import type { TelegramClient } from '../../bots/telegram/client.ts'
import type { TelegramPace } from '../../bots/telegram/pace.ts'
import { createTelegramBot, type TelegramBot } from '../../bots/telegram/telegram-bot.ts'
import type { Config } from '../config.ts'
import { telegramClientOf } from './channels.ts'
import type { Chat } from './chats.ts'
import { conversationSettings } from './conversation.ts'
import type { Ground } from './ground.ts'
import { openTelegramClient } from './telegram-client.ts'

const CONNECTION: ConnectionRef = { channel: 'telegram', connection: DEFAULT_CONNECTION }

/** Telegram's bot: its updates are asked for by one process, or come to those that serve the web. */
export async function createTelegramChat(
  config: Config,
  ground: Ground,
  engine: Engine,
): Promise<Chat> {
  const client = await openTelegramClient(telegramClientOf(config))
  const bot = createBot(config, ground, client, engine)
  return {
    bot,
    page: bot.platform,
    hooks: bot.hook ? [bot.hook] : [],
    async close() {
      bot.stop()
      await client.close()
    },
  }
}

function createBot(
  config: Config,
  ground: Ground,
  client: TelegramClient,
  engine: Engine,
): TelegramBot {
  const { clock, logger, store, rates } = ground
  const webhook = config.telegram?.webhook
    ? {
        url: `${config.baseUrl}/hooks/telegram`,
        secret: () => config.secret('TELEGRAM_WEBHOOK_SECRET') ?? '',
      }
    : null
  const conversation = createConversation({
    ...{ engine, clock, logger, settings: conversationSettings(config) },
    conversations: store.conversations,
  })
  const pace = paceOf(rates)
  return createTelegramBot({ webhook }, { client, engine, conversation, pace, clock, logger })
}

/** By the buckets that deliveries pass. Where the rates are away, those pause; what people say to each other goes on. */
function paceOf(rates: Rates): TelegramPace {
  const buckets = telegramBuckets(CONNECTION)
  return {
    async ask(chat, what) {
      const taken = await rates.take(buckets.of(chat, 1), what).catch(() => null)
      return taken?.ok === false ? taken.waitMs : 0
    },
    async refused(chat, forMs) {
      await rates.pause(buckets.after(chat, forMs), forMs).catch(() => undefined)
    },
  }
}
