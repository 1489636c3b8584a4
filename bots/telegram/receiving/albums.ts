import type { Update } from 'grammy/types'
import { joined, markedText } from '../reading/content.ts'
import type { Received } from '../reading/read-update.ts'

/**
 * Pictures that were sent together come one by one: of those in a row, the first that says something stands for all,
 * and says what all do. An album of which a part came earlier is two; so is, by a webhook, one with several captions:
 * there Telegram brings a chat's next message only once the last one is taken.
 */
export function gatherAlbums(updates: readonly Update[]): readonly Received[] {
  const whole = new Map<string, Update[]>()
  for (const update of updates) {
    const album = albumOf(update)
    if (album) whole.set(album, [...(whole.get(album) ?? []), update])
  }
  return updates.flatMap((update) => {
    const pictures = whole.get(albumOf(update) ?? '')
    return pictures ? standIn(update, pictures) : [{ update }]
  })
}

function standIn(update: Update, pictures: readonly Update[]): readonly Received[] {
  const captioned = pictures.filter(({ message }) => message?.caption)
  if (update !== (captioned[0] ?? pictures[0])) return []
  const texts = captioned.flatMap(({ message }) => (message ? [markedText(message)] : []))
  return [{ update, ...(texts.length > 0 && { said: joined(texts) }) }]
}

function albumOf({ message }: Update): string | null {
  const { chat, media_group_id: album } = message ?? {}
  return chat && album !== undefined ? `${chat.id} ${album}` : null
}
