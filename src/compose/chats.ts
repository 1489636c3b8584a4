import { mayHouse, servesWeb } from '#core/role.ts'
import type { Engine } from '#engine/engine.ts'
import type { Bot } from '#ports/bot.ts'
import type { Hook } from '#ports/channel.ts'
import type { WebChat } from '#web/deps.ts'
import type { Config } from '../config.ts'
import type { Ground } from './ground.ts'

/** A platform's bot as it stands in this process. */
export interface Chat {
  readonly bot: Bot
  readonly page: WebChat
  /** What the platform brings updates to. */
  readonly hooks: readonly Hook[]
  close(): Promise<void>
}

/** One line for each bot that is built. Its SDK is loaded here, and only where it is configured. */
export async function createChats(
  config: Config,
  ground: Ground,
  engine: Engine,
): Promise<readonly Chat[]> {
  if (!servesWeb(config.role) && !mayHouse(config.role, 'bots')) return []
  return Promise.all([...(config.telegram ? [makeTelegram(config, ground, engine)] : [])])
}

async function makeTelegram(config: Config, ground: Ground, engine: Engine): Promise<Chat> {
  const { createTelegramChat } = await import('./telegram.ts')
  return createTelegramChat(config, ground, engine)
}
