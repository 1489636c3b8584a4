import type { ChannelHealth } from '#engine/engine.ts'
import { type ChannelJson, channelListSchema } from './channel-schemas.ts'
import { type Operation, operation } from './operation.ts'
import { timeJson } from './share-json.ts'

const listChannels = operation({
  id: 'listChannels',
  method: 'get',
  path: '/channels',
  tag: 'Channels',
  summary: 'The ways of reaching people, and how they are',
  success: [{ status: 200, description: 'All channels', schema: channelListSchema }],
  refusals: [],
  async handle({ engine }) {
    const channels = await engine.health.channels()
    return { status: 200, body: { channels: channels.map(channelJson) } }
  },
})

export const CHANNEL_OPERATIONS: readonly Operation[] = [listChannels]

function channelJson(health: ChannelHealth): ChannelJson {
  const { channel, configured, via, healthy, paused } = health
  return {
    channel,
    configured,
    via,
    healthy,
    paused: paused ? { since: timeJson(paused.since), detail: paused.detail } : null,
  }
}
