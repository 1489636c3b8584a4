import { z } from 'zod'
import { CHANNELS } from '#core/address.ts'

const channelSchema = z
  .object({
    channel: z.enum(CHANNELS),
    configured: z.boolean(),
    via: z
      .enum([...CHANNELS, 'outbox'])
      .nullable()
      .meta({ description: 'What carries it; `outbox` where messages are only kept' }),
    healthy: z.boolean(),
    paused: z
      .object({ since: z.iso.datetime(), detail: z.string() })
      .nullable()
      .meta({ description: 'Since when and why it is paused' }),
  })
  .meta({ id: 'Channel' })

export const channelListSchema = z
  .object({ channels: z.array(channelSchema) })
  .meta({ id: 'ChannelList' })

export type ChannelJson = z.output<typeof channelSchema>
