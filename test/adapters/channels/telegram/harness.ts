import { createTelegramChannel } from '#adapters/channels/telegram/telegram.ts'
import type { RenderedTelegram } from '#core/message/message.ts'
import { readStopData } from '#core/message/telegram.ts'
import type { Person } from '#ports/store/people.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import type { ChannelHarness } from '../../../contracts/channel.ts'
import { type BotApi, type SentMessage, startBotApi } from './bot-api.ts'

export const TOKEN = '4711:AAsecret-of-the-bot_0123456789'

export interface TelegramHarness extends ChannelHarness {
  readonly api: BotApi
}

/** The channel with grammY, on a server that answers as the Bot API does. */
export async function openTelegramChannel(
  people: readonly Person[] = [],
): Promise<TelegramHarness> {
  const api = await startBotApi(TOKEN)
  const channel = await createTelegramChannel(
    { token: () => TOKEN, apiRoot: api.url },
    {
      logger: quiet,
      people: {
        byHandle: async (_place, handle) => people.find((one) => one.handle === handle) ?? null,
      },
    },
  )
  return {
    api,
    channel,
    arrived: async () => api.sent().map(renderedOf),
    openConnections: async () => api.openConnections(),
    close: () => api.close(),
  }
}

/** A message as it came, in the form that it was rendered to. */
function renderedOf(sent: SentMessage): RenderedTelegram {
  const { link_preview_options: preview, reply_markup: markup } = sent
  return {
    channel: 'telegram',
    to: String(sent.chat_id),
    text: sent.text,
    entities: sent.entities as RenderedTelegram['entities'],
    previewUrl: preview.is_disabled ? null : (preview.url ?? null),
    buttons: markup.inline_keyboard
      .flat()
      .map(({ text: label, url, callback_data: data }) =>
        url === undefined
          ? { kind: 'stop', label, token: readStopData(data ?? '') ?? '' }
          : { kind: 'url', label, url },
      ),
  }
}
