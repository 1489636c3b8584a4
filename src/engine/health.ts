import { type Address, CHANNELS, type ConnectionRef, connectionKey } from '#core/address.ts'
import { NO_DELIVERY } from '#core/ids.ts'
import { DEFAULT_LOCALE } from '#core/locale.ts'
import type { Message } from '#core/message/message.ts'
import { parseRecipient } from '#core/recipients/parse.ts'
import { textsFor } from '#locales/texts.ts'
import type { Channel } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import type { ConnectionState } from '#ports/store/connections.ts'
import type { Store } from '#ports/store/store.ts'
import { type Channels, isReachable } from './channels.ts'
import type { Connections } from './connections.ts'
import type { Health } from './engine.ts'

/** Names that can be told to senders. `carry` goes by hand and has no health. */
const TOLD = CHANNELS.filter((name) => name !== 'carry')

/** Down is what the store says, so that every process says the same. */
export function createHealth(deps: {
  store: Store
  channels: Channels
  connections: Connections
}): Health {
  return {
    async channels() {
      const down = await deps.store.connections.down()
      return TOLD.map((name) => {
        const channel = deps.channels.get(name)
        const pause = down.find((state) => state.connection.channel === name)
        const healthy = channel !== undefined && !isOut(channel, down)
        return {
          channel: name,
          configured: channel !== undefined && channel.via !== 'outbox',
          via: channel?.via ?? null,
          healthy,
          paused: pause ? { since: pause.since, detail: pause.detail } : null,
        }
      })
    },
    probe: () => deps.connections.probe(),
    down: (connection, detail) => deps.connections.pause(connection, detail),
    ready: () => deps.store.check(),
  }
}

/** Whether messages wait for it: connections that stand in for one another must all be down. */
function isOut({ caps, connections }: Channel, down: readonly ConnectionState[]): boolean {
  const keys = new Set(down.map((state) => connectionKey(state.connection)))
  const isDown = (ref: ConnectionRef): boolean => keys.has(connectionKey(ref))
  return caps.shared ? connections.every(isDown) : connections.some(isDown)
}

const ALERT_MS = 30_000

interface AlertDeps {
  readonly channels: Channels
  readonly logger: Logger
  readonly baseUrl: string
  /** OPERATOR, as written. */
  readonly operator: string | undefined
  /** For a number that is written without its country. */
  readonly defaultRegion: string | undefined
}

/** Tells the operator that a connection is down, where another channel stands. */
export async function alertOperator(
  deps: AlertDeps,
  ref: ConnectionRef,
  detail: string,
): Promise<void> {
  const reached = await operatorAddress(deps, ref)
  if (!reached) return
  const { channel, address } = reached
  const connection = channel.connections[0]?.connection
  if (!connection) return
  const { outcome } = await channel.send(channel.render(alertMessage(deps, address, ref, detail)), {
    deliveryId: NO_DELIVERY,
    address,
    connection,
    attempt: 1,
    idempotencyKey: `alert-${connectionKey(ref)}-${Date.now()}`,
    reach: null,
    link: `${deps.baseUrl}/`,
    signal: AbortSignal.timeout(ALERT_MS),
  })
  deps.logger.info({ outcome: outcome.kind, channel: channel.name }, 'the operator was alerted')
}

async function operatorAddress(
  deps: AlertDeps,
  ref: ConnectionRef,
): Promise<{ channel: Channel; address: Address } | null> {
  if (!deps.operator) return null
  const { defaultRegion } = deps
  const parsed = parseRecipient(deps.operator, { defaultRegion })
  if (!parsed.ok || !('address' in parsed.recipient)) return null
  const { address } = parsed.recipient
  const channel = deps.channels.get(address.channel)
  if (!channel || channel.name === ref.channel || !isReachable(deps.channels, channel)) return null
  const resolved = await channel.resolve(address)
  if (resolved.kind === 'address') return { channel, address: resolved.address }
  deps.logger.warn({ channel: channel.name }, 'the operator is not known there, and not alerted')
  return null
}

function alertMessage(
  deps: AlertDeps,
  address: Address,
  ref: ConnectionRef,
  detail: string,
): Message {
  const texts = textsFor(DEFAULT_LOCALE)
  return {
    deliveryId: NO_DELIVERY,
    tag: '',
    locale: DEFAULT_LOCALE,
    address,
    recipientName: null,
    sender: { displayName: 'Passalong', handle: new URL(deps.baseUrl).host, replyTo: null },
    target: {
      kind: 'page',
      url: `${deps.baseUrl}/`,
      title: texts('refusal.alert_title', { connection: connectionKey(ref) }),
    },
    preview: null,
    note: texts('refusal.alert_note', { connection: connectionKey(ref), detail }),
    link: `${deps.baseUrl}/`,
    stop: { url: `${deps.baseUrl}/`, oneClick: false, firstContact: false },
    tracked: false,
  }
}
