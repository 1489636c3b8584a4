import type { DeliveryState } from '#core/delivery.ts'
import type { ShareView } from '#engine/engine.ts'
import type { Screen } from '#ports/bot-platform.ts'
import { lines, said } from './rich.ts'
import { nameOf, type Tongue } from './words.ts'

/**
 * What everybody in a group may know of a share: that there is one, and how many get it. Null: nothing has left yet, or
 * it was taken back before anything was said of it.
 */
export function announcementScreen(
  { texts }: Tongue,
  sender: string,
  share: ShareView,
  isSaid: boolean,
): Screen | null {
  const standing = share.deliveries.filter(({ state }) => !BACK.includes(state))
  const of = { sender, title: nameOf(share.target) }
  if (standing.length === 0) return isSaid ? said(texts('chat.group.takenBack', of)) : null
  if (standing.every(({ state }) => state === 'scheduled')) return null
  return said(texts('chat.group.shared', { ...of, count: standing.length }))
}

const BACK: readonly DeliveryState[] = ['cancelled', 'recalled']

/** What is not for a group is done in the private chat. */
export function inPrivateScreen({ texts }: Pick<Tongue, 'texts'>, startUrl: string | null): Screen {
  return {
    body: lines(texts('chat.group.private')),
    buttons: startUrl ? [[{ kind: 'url', label: texts('chat.group.open'), url: startUrl }]] : [],
  }
}
