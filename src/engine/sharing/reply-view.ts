import type { Delivery } from '#core/share.ts'
import type { Page } from '#ports/store/page.ts'
import type { KeptReply } from '#ports/store/replies.ts'
import type { Store } from '#ports/store/store.ts'
import type { ReplyView } from '../engine.ts'

/** Replies with whom they are from, as the sender wrote them: never the number that a provider gave. */
export async function viewReplies(
  store: Pick<Store, 'deliveries'>,
  { items, cursor }: Page<KeptReply>,
): Promise<Page<ReplyView>> {
  const ids = new Set(items.flatMap(({ delivery }) => delivery ?? []))
  const found = await Promise.all([...ids].map((id) => store.deliveries.get(id)))
  const deliveries = new Map(found.flatMap((one) => (one ? [[one.id, one] as const] : [])))
  return { items: items.flatMap((reply) => viewOf(reply, deliveries)), cursor }
}

function viewOf(
  { id, at, text, delivery }: KeptReply,
  deliveries: ReadonlyMap<Delivery['id'], Delivery>,
): readonly ReplyView[] {
  const of = delivery === null ? undefined : deliveries.get(delivery)
  if (!of) return []
  const { recipient, name, lane } = of
  return [{ id, at, delivery: of.id, recipient, name, channel: lane.channel, text }]
}
