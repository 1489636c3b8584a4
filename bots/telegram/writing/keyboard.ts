import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types'
import type { Button } from '#ports/bot-platform.ts'
import { passOnQuery } from '../inline/pass-on-query.ts'
import { mayLeadTo } from './button-url.ts'

/** What stands under a message; empty rows are left out. */
export function writeKeyboard(
  buttons: readonly (readonly Button[])[],
  { passOn }: { readonly passOn: boolean },
): InlineKeyboardMarkup {
  const rows = buttons.map((row) => row.flatMap((button) => writeButton(button, passOn)))
  return { inline_keyboard: rows.filter((row) => row.length > 0) }
}

function writeButton(button: Button, passOn: boolean): readonly InlineKeyboardButton[] {
  const { label: text } = button
  switch (button.kind) {
    case 'press':
      return [{ text, callback_data: button.press, ...styleOf(button.look) }]
    case 'url':
      return mayLeadTo(button.url) ? [{ text, url: button.url }] : []
    case 'send-on':
      return [{ text, url: sharingUrl(button) }]
    case 'pass-on':
      return passOn ? [{ text, switch_inline_query_chosen_chat: chosenChat(button.token) }] : []
    default:
      return button satisfies never
  }
}

function styleOf(
  look: 'main' | 'danger' | undefined,
): Pick<InlineKeyboardButton, 'style'> | undefined {
  return look && { style: look === 'main' ? 'primary' : look }
}

/** Opens Telegram's own list of chats to send a link to. */
function sharingUrl({ url, text }: { readonly url: string; readonly text: string }): string {
  return `https://t.me/share/url?${new URLSearchParams({ url, text })}`
}

/** People and groups, no bots; a channel's readers would share one link. */
function chosenChat(token: string) {
  return { query: passOnQuery(token), allow_user_chats: true, allow_group_chats: true }
}
