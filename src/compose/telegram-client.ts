import { openTelegram, type TelegramConfig } from '#adapters/telegram/client.ts'
import { TelegramError, TelegramRefusal } from '#adapters/telegram/errors.ts'
import type { TelegramClient, TelegramFault } from '../../bots/telegram/client.ts'

/** The Bot API for the bot, on connections of its own: a poll takes one for seconds. */
export async function openTelegramClient(
  config: TelegramConfig,
): Promise<TelegramClient & { close(): Promise<void> }> {
  return { ...(await openTelegram(config)), faultOf }
}

function faultOf(error: unknown): TelegramFault | null {
  if (error instanceof TelegramRefusal) {
    const { code, description, parameters } = error
    return { kind: 'refused', code, description, ...parameters }
  }
  return error instanceof TelegramError ? { kind: 'unreached', detail: error.message } : null
}
