import type { ShareView } from '#engine/engine.ts'
import type { Screen } from '#ports/bot-platform.ts'
import { lines } from './rich.ts'
import { nameOf, type Tongue } from './words.ts'

/** What everybody in a group may know of a share: that there is one, and how many get it. */
export function sharedInGroup(
  { texts }: Tongue,
  sender: string,
  shares: readonly ShareView[],
): Screen {
  const said = shares.map(({ target, deliveries }) =>
    texts('chat.group.shared', { sender, title: nameOf(target), count: deliveries.length }),
  )
  return { body: lines(...said), buttons: [] }
}

/** What is not for a group is done in the private chat. */
export function inPrivateScreen({ texts }: Pick<Tongue, 'texts'>, startUrl: string | null): Screen {
  return {
    body: lines(texts('chat.group.private')),
    buttons: startUrl ? [[{ kind: 'url', label: texts('chat.group.open'), url: startUrl }]] : [],
  }
}
