import type { InlineKeyboardButton, Message } from '@grammyjs/types'
import { createTelegramChannel } from '#adapters/channels/telegram/telegram.ts'
import type { RenderedTelegram } from '#core/message/message.ts'
import { readStopData } from '#core/message/telegram.ts'
import type { Person } from '#ports/store/people.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import {
  startTelegramApi,
  type TelegramApi,
  type TelegramUser,
  TOKEN,
} from '#test/services/telegram-api/telegram-api.ts'
import type { ChannelHarness } from '../../../contracts/channel.ts'

export interface TelegramHarness extends ChannelHarness {
  readonly api: TelegramApi
  /** Of the address that sample messages go to; has started the bot. */
  readonly bob: TelegramUser
}

/** The channel with grammY, on a server that answers as the Bot API does. */
export async function openTelegramChannel(
  people: readonly Person[] = [],
): Promise<TelegramHarness> {
  const api = await startTelegramApi()
  // Sample messages go to 4711, which must be a person.
  api.bot.id = 4710
  const bob = api.user({ id: 4711, first_name: 'Bob' })
  bob.starts()
  const byHandle = async (_place: unknown, handle: string): Promise<Person | null> =>
    people.find((one) => one.handle === handle) ?? null
  const channel = await createTelegramChannel(
    { token: () => TOKEN, apiRoot: api.url },
    { logger: quiet, people: { byHandle } },
  )
  let closing: Promise<void> | undefined
  return {
    api,
    bob,
    channel,
    arrived: async () => bob.sees().map((message) => renderedOf(message, previewOf(api, message))),
    openConnections: async () => api.openConnections(),
    close: () => (closing ??= api.close()),
  }
}

/** What a message was asked to show of its link: it does not come back. */
function previewOf({ requests }: TelegramApi, { text }: Message): string | null {
  const asked = requests.findLast(({ params }) => params.text === text)
  const options = asked?.params.link_preview_options as { url?: string } | undefined
  return options?.url ?? null
}

/** A message as it came, in the form that it was rendered to. */
function renderedOf(
  { chat, text = '', entities = [], reply_markup: markup }: Message,
  previewUrl: string | null,
): RenderedTelegram {
  return {
    channel: 'telegram',
    to: String(chat.id),
    text,
    entities: entities as RenderedTelegram['entities'],
    previewUrl,
    buttons: (markup?.inline_keyboard ?? []).flat().map(buttonOf),
  }
}

function buttonOf(button: InlineKeyboardButton): RenderedTelegram['buttons'][number] {
  const { text: label } = button
  if ('url' in button) return { kind: 'url', label, url: button.url }
  const data = 'callback_data' in button ? button.callback_data : ''
  return { kind: 'stop', label, token: readStopData(data) ?? '' }
}
