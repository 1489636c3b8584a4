import type { Delivery } from '#core/share.ts'
import type { Logger } from '#ports/logger.ts'
import { type Channels, isReachable } from './channels.ts'

/**
 * Takes the messages of a recalled delivery away, where the platform can and may be asked from this process: of a
 * single-placed channel only where it lives. Never throws: the link is dead anyway.
 */
export async function takeAway(
  deps: { readonly channels: Channels; readonly logger: Logger },
  { id, lane, address, providerIds }: Delivery,
): Promise<void> {
  const channel = deps.channels.get(lane.channel)
  if (!channel?.caps.recall || !address || providerIds.length === 0) return
  if (!isReachable(deps.channels, channel)) {
    deps.logger.warn({ delivery: id }, 'a message is not taken away: its channel lives elsewhere')
    return
  }
  await channel
    .recall(providerIds, { address, connection: lane.connection })
    .catch((error: unknown) =>
      deps.logger.warn({ err: error, delivery: id }, 'a message could not be taken away'),
    )
}
