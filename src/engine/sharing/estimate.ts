import type { ChannelName } from '#core/address.ts'
import { NO_DELIVERY } from '#core/ids.ts'
import type { Message } from '#core/message/message.ts'
import type { Channel, Estimate } from '#ports/channel.ts'
import type { Channels } from '../channels.ts'
import type { Draft } from '../engine.ts'
import { preferredRoute } from '../routing.ts'
import type { Reachable } from './expand.ts'

/** What a message is made of before its delivery exists; the link has the length that it will have. */
export type Sample = Omit<Message, 'address' | 'recipientName' | 'deliveryId'>

/** What one message of the sample takes, by channel; worked out once for each. */
export type Estimator = (one: Reachable) => { channel: Channel; estimate: Estimate } | undefined

/** `undefined` for a channel that does not stand here. */
export function createEstimator(channels: Channels, sample: Sample): Estimator {
  const known = new Map<ChannelName, Estimate>()
  return (one) => {
    const channel = channels.get(one.address.channel)
    if (!channel) return undefined
    const estimate = known.get(channel.name) ?? channel.estimate(renderSample(channel, sample, one))
    known.set(channel.name, estimate)
    return { channel, estimate }
  }
}

function renderSample(
  channel: Channel,
  sample: Sample,
  one: Reachable,
): ReturnType<Channel['render']> {
  const { address, name } = one
  return channel.render({ ...sample, address, recipientName: name, deliveryId: NO_DELIVERY })
}

/** How long all of it will take at the channels' rates, and what it costs. */
export function estimateAll(
  estimator: Estimator,
  reachable: readonly Reachable[],
): Draft['estimate'] {
  const busyMs = new Map<string, number>()
  let segments = 0
  let amount = 0
  let currency: string | null = null
  for (const one of reachable) {
    const found = estimator(one)
    if (!found) continue
    const { channel, estimate } = found
    segments += estimate.segments ?? 0
    amount += estimate.price?.amount ?? 0
    currency ??= estimate.price?.currency ?? null
    const route = preferredRoute(channel, one.address)
    for (const bucket of channel.buckets(one.address, estimate.cost, route)) {
      const ms = (bucket.cost * bucket.perMs) / bucket.limit
      busyMs.set(bucket.key, (busyMs.get(bucket.key) ?? 0) + ms)
    }
  }
  const seconds = Math.ceil(Math.max(0, ...busyMs.values()) / 1_000)
  return { seconds, segments, price: currency === null ? null : { amount, currency } }
}
