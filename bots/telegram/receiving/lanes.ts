import type { Update } from 'grammy/types'

/** What must be handled in order: what was done in one chat; behind the bot's name, by one person. */
export function laneOf(update: Update): string {
  const message = update.message ?? update.edited_message ?? update.callback_query?.message
  const chat = message?.chat ?? update.my_chat_member?.chat
  const asked = update.callback_query ?? update.inline_query ?? update.chosen_inline_result
  return String(chat?.id ?? asked?.from.id ?? 0)
}

/** Each lane's items one after another, at most `width` lanes side by side. */
export async function inLanes<T>(
  items: readonly T[],
  lane: (item: T) => string,
  width: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const lanes = Map.groupBy(items, lane).values()
  const work = async (): Promise<void> => {
    for (const own of lanes) for (const item of own) await act(item)
  }
  await Promise.all(Array.from({ length: width }, work))
}
