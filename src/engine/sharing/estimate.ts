import type { ChannelName } from '#core/address.ts'
import { NO_DELIVERY } from '#core/ids.ts'
import type { Message, Rendered } from '#core/message/message.ts'
import { readdressed, segmentsOf } from '#core/message/render.ts'
import { costOf, type SmsPrice } from '#core/sms-price.ts'
import type { Channel, Estimate } from '#ports/channel.ts'
import type { Channels } from '../channels.ts'
import type { ShareEstimate } from '../engine.ts'
import { preferredRoute } from '../routing.ts'
import type { Reachable } from './expand.ts'

/**
 * What a message is made of before its delivery exists; the link has the length that it will have, and it says how
 * to stop, as a first one does: who was written to before, by anybody, is known only when it is sent.
 */
export type Sample = Omit<Message, 'address' | 'recipientName' | 'deliveryId'>

/** What one message of the sample takes. */
export interface Sampled {
  readonly channel: Channel
  readonly rendered: Rendered
  readonly estimate: Estimate
  /** Segments of the same message to somebody who was written to before. */
  readonly laterSegments: number
}

/** `undefined` for a channel that does not stand here. */
export type Estimator = (one: Reachable) => Sampled | undefined

/** The sample is rendered once for each channel; each number is estimated by itself, since it has a price of its own. */
export function createEstimator(channels: Channels, sample: Sample): Estimator {
  const known = new Map<ChannelName, Pick<Sampled, 'rendered' | 'laterSegments'>>()
  return (one) => {
    const channel = channels.get(one.address.channel)
    if (!channel) return undefined
    const found = known.get(channel.name) ?? renderSample(channel, sample, one)
    known.set(channel.name, found)
    const rendered = readdressed(found.rendered, one.address)
    return { ...found, channel, rendered, estimate: channel.estimate(rendered) }
  }
}

function renderSample(
  channel: Channel,
  sample: Sample,
  { address, name }: Reachable,
): Pick<Sampled, 'rendered' | 'laterSegments'> {
  const message = { ...sample, address, recipientName: name, deliveryId: NO_DELIVERY }
  const later = { ...message, stop: { ...message.stop, firstContact: false } }
  return {
    rendered: channel.render(message),
    laterSegments: segmentsOf(channel.render(later)) ?? 0,
  }
}

/** How long all of it will take at the channels' rates, and what it costs. */
export function estimateAll(
  estimator: Estimator,
  reachable: readonly Reachable[],
  prices: readonly SmsPrice[],
): ShareEstimate {
  const all = reachable.flatMap((one) => {
    const sampled = estimator(one)
    return sampled ? [{ ...sampled, address: one.address }] : []
  })
  const texts = all.flatMap((one) => {
    const segments = segmentsOf(one.rendered)
    return segments === undefined ? [] : [{ ...one, segments, number: one.address.value }]
  })
  return {
    ...costOf(prices, texts),
    seconds: secondsOf(all),
    atMost: texts.some(({ laterSegments, segments }) => laterSegments < segments),
    saved: texts.reduce((sum, { rendered }) => sum + savedBy(rendered), 0),
    shortenedTo: shortenedTo(all.map(({ rendered }) => rendered)),
  }
}

function secondsOf(all: readonly (Sampled & Pick<Reachable, 'address'>)[]): number {
  const busyMs = new Map<string, number>()
  for (const { channel, address, estimate } of all) {
    const route = preferredRoute(channel, address)
    for (const bucket of channel.buckets(address, estimate.cost, route)) {
      const ms = (bucket.cost * bucket.perMs) / bucket.limit
      busyMs.set(bucket.key, (busyMs.get(bucket.key) ?? 0) + ms)
    }
  }
  return Math.ceil(Math.max(0, ...busyMs.values()) / 1_000)
}

function savedBy(rendered: Rendered): number {
  return rendered.channel === 'sms' ? (rendered.saved ?? 0) : 0
}

function shortenedTo(rendered: readonly Rendered[]): number | null {
  const cut = rendered.find((one) => one.channel === 'sms' && one.shortened === true)
  return cut ? (segmentsOf(cut) ?? null) : null
}
