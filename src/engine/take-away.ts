import type { Delivery } from '#core/share.ts'
import type { Logger } from '#ports/logger.ts'
import type { Channels } from './channels.ts'

/** Takes the messages of a recalled delivery away, where the platform can. Never throws: its link is dead anyway. */
export async function takeAway(
  deps: { readonly channels: Channels; readonly logger: Logger },
  { id, lane, address, providerIds }: Delivery,
): Promise<void> {
  const channel = deps.channels.get(lane.channel)
  if (!channel?.caps.recall || !address || providerIds.length === 0) return
  await channel
    .recall(providerIds, { address, connection: lane.connection })
    .catch((error: unknown) =>
      deps.logger.warn({ err: error, delivery: id }, 'a message could not be taken away'),
    )
}
