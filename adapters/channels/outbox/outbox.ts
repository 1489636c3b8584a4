import { type ChannelName, type ConnectionRef, DEFAULT_CONNECTION } from '#core/address.ts'
import type { ConnectionId, DeliveryId } from '#core/ids.ts'
import { type RenderSettings, renderFor, segmentsOf } from '#core/message/render.ts'
import type { Channel } from '#ports/channel.ts'
import type { OutboxStore } from '#ports/store/connections.ts'

export interface OutboxConfig {
  /** The channel that it stands in for. */
  readonly name: ChannelName
  readonly connection?: ConnectionId
}

export interface OutboxDeps {
  readonly outbox: OutboxStore
  /** What the real channel would render by. */
  readonly settings: RenderSettings
}

/**
 * Stands in for a channel without credentials: renders as the real one does and keeps the message to be looked
 * at. Nothing leaves the machine, and nothing of it is sent later. Keeping fails only with the store: then
 * nothing was kept, and it is tried again.
 */
export function createOutboxChannel(config: OutboxConfig, deps: OutboxDeps): Channel {
  const { name, connection = DEFAULT_CONNECTION } = config
  const ref: ConnectionRef = { channel: name, connection }
  let stopped = false
  return {
    name,
    via: 'outbox',
    caps: {
      idempotent: true,
      receipts: false,
      recall: true,
      placement: 'any',
      shared: false,
      concurrency: 16,
    },
    connections: [ref],
    hooks: [],
    routes: () => [connection],
    buckets: () => [],
    render: (message) => renderFor(name, message, deps.settings),
    estimate: (rendered) => {
      const segments = segmentsOf(rendered)
      return segments === undefined ? { cost: 1 } : { cost: segments, segments }
    },
    async send(rendered, { deliveryId, link, signal }) {
      if (stopped || signal.aborted) return { outcome: notKept, providerIds: [] }
      try {
        await deps.outbox.keep(deliveryId, rendered, link)
      } catch {
        return { outcome: notKept, providerIds: [] }
      }
      return { outcome: { kind: 'accepted' }, providerIds: [deliveryId] }
    },
    async recall(providerIds) {
      const removed = await Promise.all(
        providerIds.map((id) => deps.outbox.remove(id as DeliveryId)),
      )
      return removed.includes(true) ? 'removed' : 'not-removed'
    },
    probe: async () => ({ up: true }),
    resolve: async (handle) => ({ kind: 'address', address: handle }),
    async start() {
      stopped = false
    },
    async stop() {
      stopped = true
    },
  }
}

const notKept = { kind: 'transient', reason: 'retrying', detail: '' } as const
