import type { RenderedTelegram } from '#core/message/message.ts'
import { stopData } from '#core/message/telegram.ts'

/** A message as sendMessage takes it, without the chat. Entities, and no markup to parse. */
export function outgoing({ text, entities, previewUrl, buttons }: RenderedTelegram) {
  return {
    text,
    entities: entities.map(entityOf),
    link_preview_options: previewUrl === null ? { is_disabled: true } : { url: previewUrl },
    reply_markup: { inline_keyboard: buttons.map((button) => [buttonOf(button)]) },
  }
}

function entityOf({ type, offset, length, url = '' }: RenderedTelegram['entities'][number]) {
  return type === 'text_link' ? { type, offset, length, url } : { type, offset, length }
}

function buttonOf(button: RenderedTelegram['buttons'][number]) {
  return button.kind === 'url'
    ? { text: button.label, url: button.url }
    : { text: button.label, callback_data: stopData(button.token) }
}
