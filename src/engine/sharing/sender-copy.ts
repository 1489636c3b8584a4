import type { DeliveryId } from '#core/ids.ts'
import type { Rendered } from '#core/message/message.ts'
import type { Keys } from '../keys.ts'

/**
 * A message as its sender may see it. The stop token proves that its holder got the message: with it the sender
 * could read and lift the recipient's choices, so `…` stands in its place.
 */
export function senderCopy(
  rendered: Rendered,
  delivery: DeliveryId,
  keys: Pick<Keys, 'stopToken'>,
): Rendered {
  // A token is letters, digits, `-` and `_`: it stands in JSON, as in every message, as it is.
  const copy = JSON.stringify(rendered).replaceAll(keys.stopToken(delivery), '…')
  return JSON.parse(copy) as Rendered
}
