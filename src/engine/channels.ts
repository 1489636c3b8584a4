import type { ChannelName } from '#core/address.ts'
import type { Channel } from '#ports/channel.ts'

/** The channels that stand in this process, at most one of each name. */
export interface Channels {
  readonly all: readonly Channel[]
  readonly names: readonly ChannelName[]
  get(name: ChannelName): Channel | undefined
}

/** Throws where two have one name. */
export function createChannels(all: readonly Channel[]): Channels {
  const byName = new Map(all.map((channel) => [channel.name, channel]))
  if (byName.size !== all.length) throw new Error('two channels of one name')
  return {
    all,
    names: [...byName.keys()],
    get: (name) => byName.get(name),
  }
}

/** Whether every process may send on the channel. */
export function isPlacedAnywhere({ caps }: Pick<Channel, 'caps'>): boolean {
  return caps.placement === 'any'
}
