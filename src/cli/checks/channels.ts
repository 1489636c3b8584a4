import type { ChannelName } from '#core/address.ts'
import type { Channel } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import { createChannels } from '../../compose/channels.ts'
import type { Config } from '../../config.ts'

/**
 * Looks at one channel that has credentials, unstarted: null where there is none. The outbox is not made, and whatever
 * the look left open is closed.
 */
export async function withChannel<T>(
  config: Config,
  logger: Logger,
  name: ChannelName,
  look: (channel: Channel) => Promise<T>,
): Promise<T | null> {
  const platforms = config.platforms.filter(({ channel }) => channel === name)
  const deps = { outbox: NO_OUTBOX, people: NOBODY, keys: NO_HOOKS, logger }
  const [channel] = await createChannels({ ...config, platforms, outbox: false }, deps)
  if (!channel) return null
  try {
    return await look(channel)
  } finally {
    await channel.stop()
  }
}

/** Nobody calls back who was not asked to send. */
const NO_HOOKS = { hookSecret: () => 'none' }

/** Nobody is looked up by a handle. */
const NOBODY = { byHandle: async () => null }

const NO_OUTBOX = {
  keep: unasked,
  page: unasked,
  get: unasked,
  remove: unasked,
  forget: unasked,
}

function unasked(): never {
  throw new Error('the outbox is not asked here')
}
