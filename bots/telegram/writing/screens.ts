import type { Api } from 'grammy'
import type { ForceReply, InlineKeyboardMarkup } from 'grammy/types'
import { shorten } from '#core/text.ts'
import type { MessageRef, Screen } from '#ports/bot-platform.ts'
import type { Place } from '../place.ts'
import { qrPicture } from './qr.ts'
import { MAX_CAPTION, type WrittenText, writeText } from './text.ts'

export interface ScreenPlace extends Place {
  readonly inPlaceOf: MessageRef | null
  readonly isPrivate: boolean
}

export interface Screens {
  /** @returns where it stands; @throws what the request failed by */
  write(place: ScreenPlace, screen: Screen, keyboard: InlineKeyboardMarkup): Promise<MessageRef>
}

type Asked = Pick<Api, 'sendMessage' | 'sendPhoto' | 'editMessageText' | 'deleteMessage'>

/** One screen is one message: text, or a picture with text under it. */
export function createScreens(api: Asked): Screens {
  async function send(place: ScreenPlace, screen: Screen, keyboard: InlineKeyboardMarkup) {
    const written = writeText(screen)
    const reply_markup = keyboard.inline_keyboard.length > 0 ? keyboard : askFor(place, screen)
    const more = { ...topicOf(place), ...(reply_markup && { reply_markup }) }
    const sent = isPicture(screen, written)
      ? await sendPicture(place, screen, written, more)
      : await api.sendMessage(place.chat, written.text, { ...textOptions(written), ...more })
    return String(sent.message_id)
  }

  async function sendPicture(
    { chat }: ScreenPlace,
    { qr = '' }: Screen,
    { text: caption, entities: caption_entities }: WrittenText,
    more: object,
  ) {
    return api.sendPhoto(chat, await qrPicture(qr), { caption, caption_entities, ...more })
  }

  /** Text cannot become a picture: the new message comes first, so that nothing is lost where it does not. */
  async function replace(
    old: MessageRef,
    place: ScreenPlace,
    screen: Screen,
    keyboard: InlineKeyboardMarkup,
  ) {
    const fresh = await send(place, screen, keyboard)
    await api.deleteMessage(place.chat, Number(old)).catch(() => undefined)
    return fresh
  }

  return {
    async write(place, screen, keyboard) {
      const { chat, inPlaceOf } = place
      if (inPlaceOf === null) return send(place, screen, keyboard)
      const written = writeText(screen)
      if (isPicture(screen, written)) return replace(inPlaceOf, place, screen, keyboard)
      await api.editMessageText(chat, Number(inPlaceOf), written.text, {
        ...textOptions(written),
        reply_markup: keyboard,
      })
      return inPlaceOf
    },
  }
}

function topicOf({ topic }: Place) {
  return topic === null ? {} : { message_thread_id: topic }
}

/** Links in screens are read, not looked at. */
function textOptions({ entities }: WrittenText) {
  return { entities, link_preview_options: { is_disabled: true } }
}

/** What a caption cannot hold goes without the picture. */
const isPicture = ({ qr }: Screen, { text }: WrittenText): boolean =>
  qr !== undefined && text.length <= MAX_CAPTION

/** Only what has no buttons can ask in the field, and what has a picker asks there. */
function askFor(
  { isPrivate }: ScreenPlace,
  { placeholder, picker }: Screen,
): ForceReply | undefined {
  if (placeholder === undefined || picker || !isPrivate) return undefined
  return { force_reply: true, input_field_placeholder: shorten(placeholder, 64) }
}
