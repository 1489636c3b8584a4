import { type Address, type ConnectionRef, DEFAULT_CONNECTION } from '#core/address.ts'
import type { ConnectionId } from '#core/ids.ts'
import type { Channel } from '#ports/channel.ts'
import type { Channels } from './channels.ts'
import type { Connections } from './connections.ts'

type Routed = Pick<Channel, 'name' | 'caps' | 'connections' | 'routes'>
type Health = Pick<Connections, 'isDown'>

/**
 * Which connection carries what. Where the connections of a channel stand in for one another, each further attempt
 * goes by the next of those that are up: what was busy or broke is given a rest.
 */

/** Where deliveries to the address wait: connections that stand in for one another have one queue. */
export function queueOf(channel: Routed, address: Address): ConnectionRef {
  const connection = channel.caps.shared ? DEFAULT_CONNECTION : preferredRoute(channel, address)
  return { channel: channel.name, connection }
}

/** The connection that should carry to the address, up or not. */
export function preferredRoute(channel: Routed, address: Address): ConnectionId {
  return channel.routes(address)[0] ?? DEFAULT_CONNECTION
}

/** Nothing that waits in the queue can go out now. */
export function isClosed(channel: Routed, queue: ConnectionRef, connections: Health): boolean {
  return channel.caps.shared
    ? channel.connections.every((ref) => connections.isDown(ref))
    : connections.isDown(queue)
}

/** Queues of which nothing can go out now. */
export function closedQueues(
  channels: Channels,
  connections: Pick<Connections, 'isDown' | 'down'>,
): readonly ConnectionRef[] {
  const down = connections.down().map((state) => state.connection)
  const shared = channels.all
    .filter(({ caps }) => caps.shared)
    .map((channel) => ({
      channel,
      queue: { channel: channel.name, connection: DEFAULT_CONNECTION },
    }))
    .filter(({ channel, queue }) => isClosed(channel, queue, connections))
  return [...down, ...shared.map(({ queue }) => queue)]
}

/** The connection that the next send goes by; null where none that can carry to the address is up. */
export function routeOf(
  channel: Routed,
  queue: ConnectionRef,
  address: Address,
  connections: Health,
  attempts = 0,
): ConnectionId | null {
  const routes = channel.caps.shared ? channel.routes(address) : [queue.connection]
  const up = routes.filter(
    (connection) => !connections.isDown({ channel: channel.name, connection }),
  )
  return up[attempts % up.length] ?? null
}
