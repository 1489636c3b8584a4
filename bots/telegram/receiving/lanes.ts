import type { Update } from 'grammy/types'

/** What must be handled in order: what was done in one chat; behind the bot's name, by one person. */
export function laneOf(update: Update): string {
  const message = update.message ?? update.edited_message ?? update.callback_query?.message
  const chat = message?.chat ?? update.my_chat_member?.chat
  const asked = update.callback_query ?? update.inline_query ?? update.chosen_inline_result
  return String(chat?.id ?? asked?.from.id ?? 0)
}
