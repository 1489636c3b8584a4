import type { Address, ConnectionRef } from '#core/address.ts'
import { DEFAULT_CONNECTION } from '#core/address.ts'
import type { ConnectionId } from '#core/ids.ts'
import type { Rendered } from '#core/message/message.ts'
import { smsSize } from '#core/message/segments.ts'
import { renderSms } from '#core/message/sms.ts'
import { longestPrefix } from '#core/sms-price.ts'
import type { Channel, ChannelSink, Hook } from '#ports/channel.ts'

/** Which gateways carry to numbers that start with the prefix (`*`: the rest), the preferred one first. */
export interface Route {
  readonly prefix: string
  readonly gateways: readonly string[]
}

/** A gateway under the name that routes call it by. */
export interface Gateway {
  readonly name: string
  readonly channel: Channel
  /** What it puts in front of each text. */
  readonly signature?: string
}

/**
 * The gateways of an operator as one channel: each number goes by the first gateway of its route that is up, and by
 * the next one where a send failed. What a gateway calls a message is told apart by the gateway's name, so that its
 * receipts find the delivery, whichever gateway others went by. All of them carry the same text, of `maxSegments` at most
 * with the signature that costs the most room.
 */
export function createSmsChannel(
  config: { readonly routes: readonly Route[]; readonly maxSegments: number },
  gateways: readonly [Gateway, ...(readonly Gateway[])],
): Channel {
  const [first] = gateways
  const byConnection = new Map(gateways.map((gateway) => [connectionOf(gateway), gateway.channel]))
  if (byConnection.size !== gateways.length) throw new Error('two gateways on one connection')
  const every = [...byConnection.keys()]
  const named = new Map(gateways.map((gateway) => [gateway.name, connectionOf(gateway)]))
  const behind = (connection: ConnectionId): Channel =>
    byConnection.get(connection) ?? first.channel
  const single = gateways.find(({ channel }) => channel.caps.placement !== 'any')

  function routes({ value }: Address): readonly ConnectionId[] {
    const route = longestPrefix(config.routes, value)
    const connections = route?.gateways.flatMap((name) => named.get(name) ?? [])
    return connections && connections.length > 0 ? connections : every
  }

  const preferred = (to: string): ConnectionId =>
    routes({ channel: 'sms', value: to })[0] ?? connectionOf(first)
  const signatures = new Map(gateways.map((one) => [connectionOf(one), one.signature ?? '']))
  const dearest = dearestOf([...signatures.values()])

  return {
    name: 'sms',
    via: 'sms',
    caps: {
      // One gateway knows nothing of what another took.
      idempotent: gateways.length === 1 && first.channel.caps.idempotent,
      receipts: gateways.some(({ channel }) => channel.caps.receipts),
      recall: false,
      placement: single?.channel.caps.placement ?? 'any',
      shared: true,
      concurrency: sum(gateways.map(({ channel }) => channel.caps.concurrency)),
    },
    connections: every.map((connection): ConnectionRef => ({ channel: 'sms', connection })),
    routes,
    hooks: gateways.flatMap(({ channel }) => channel.hooks.map((hook) => hookOf(channel, hook))),
    buckets: (address, cost, connection) => behind(connection).buckets(address, cost, connection),
    render(message) {
      const rendered = renderSms(message, config.maxSegments, dearest)
      const signature = signatures.get(preferred(rendered.to)) ?? ''
      return signature === dearest
        ? rendered
        : { ...rendered, ...smsSize(signature + rendered.text) }
    },
    estimate(rendered) {
      if (rendered.channel !== 'sms') throw new TypeError('not a text message')
      return behind(preferred(rendered.to)).estimate(unsigned(rendered))
    },
    async send(rendered, context) {
      const result = await behind(context.connection).send(unsigned(rendered), context)
      const { providerIds } = result
      return { ...result, providerIds: providerIds.map((id) => idOf(context.connection, id)) }
    },
    recall: async () => 'not-removed',
    probe: (connection) => behind(connection).probe(connection),
    resolve: (handle) => first.channel.resolve(handle),
    async start(sink) {
      await Promise.all(gateways.map(({ channel }) => channel.start(sharedSink(sink))))
    },
    async stop() {
      await Promise.all(gateways.map(({ channel }) => channel.stop()))
    },
  }
}

/** A signature outside of GSM-7 makes all of a text UCS-2, which is worse than any length. */
function dearestOf(signatures: readonly string[]): string {
  const weight = (text: string): number =>
    text.length + (smsSize(text).encoding === 'ucs2' ? 1_000_000 : 0)
  return signatures.reduce((most, one) => (weight(one) > weight(most) ? one : most), '')
}

/** What is handed to a gateway is counted without any signature: its own is its business. */
function unsigned(rendered: Rendered): Rendered {
  return rendered.channel === 'sms' ? { ...rendered, ...smsSize(rendered.text) } : rendered
}

function connectionOf({ name, channel }: Gateway): ConnectionId {
  const [ref] = channel.connections
  if (!ref) throw new Error(`the gateway ${name} has no connection`)
  return ref.connection
}

function hookOf({ name }: Channel, hook: Hook): Hook {
  if (name !== 'sms') throw new Error(`${name} is no SMS gateway`)
  return { ...hook, handle: (request, sink) => hook.handle(request, sharedSink(sink)) }
}

/** Receipts are looked up where deliveries of all gateways wait, by ids as `send` gave them out. */
function sharedSink(sink: ChannelSink): ChannelSink {
  return {
    ...sink,
    receipt: ({ connection, providerId, verdict }) =>
      sink.receipt({
        connection: { channel: 'sms', connection: DEFAULT_CONNECTION },
        providerId: idOf(connection.connection, providerId),
        verdict,
      }),
  }
}

function idOf(connection: ConnectionId, providerId: string): string {
  return `${connection}:${providerId}`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
