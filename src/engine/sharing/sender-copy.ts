import type { DeliveryId } from '#core/ids.ts'
import { renderCarry } from '#core/message/carry.ts'
import type { Rendered } from '#core/message/message.ts'
import { refusal } from '#core/refusal.ts'
import type { Delivery, Share } from '#core/share.ts'
import type { Channel } from '#ports/channel.ts'
import { writeMessage } from '../delivering/write-message.ts'
import type { Keys } from '../keys.ts'
import { previewOf } from '../previews.ts'
import type { SharingDeps } from './deps.ts'

const BY_HAND: Pick<Channel, 'render'> = { render: renderCarry }

/** What went or will go out, for its sender to read. Throws `gone` where neither message nor address is kept. */
export async function renderedCopy(
  deps: SharingDeps,
  share: Share,
  delivery: Delivery,
): Promise<Rendered> {
  const kept = await deps.store.outbox.get(delivery.id)
  if (kept) return senderCopy(kept.rendered, delivery.id, deps.keys)
  const { address, lane, via } = delivery
  // What the sender passed on is in no channel's words.
  const channel = via === 'carry' ? BY_HAND : deps.channels.get(lane.channel)
  if (!channel || !address) throw refusal('gone', 'refusal.address_deleted')
  const tracked = share.tracking === 'full'
  const preview = await previewOf(deps.unfurler, share.target)
  const parts = { share, delivery, address, firstContact: true, tracked, preview }
  return senderCopy(channel.render(await writeMessage(deps, parts)), delivery.id, deps.keys)
}

/**
 * A message as its sender may see it. The stop token proves that its holder got the message: with it the sender
 * could read and lift the recipient's choices, so `…` stands in its place.
 */
function senderCopy(
  rendered: Rendered,
  delivery: DeliveryId,
  keys: Pick<Keys, 'stopToken'>,
): Rendered {
  // A token is letters, digits, `-` and `_`: it stands in JSON, as in every message, as it is.
  const copy = JSON.stringify(rendered).replaceAll(keys.stopToken(delivery), '…')
  return JSON.parse(copy) as Rendered
}
