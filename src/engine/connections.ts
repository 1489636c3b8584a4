import { type ChannelName, type ConnectionRef, connectionKey } from '#core/address.ts'
import type { Instant } from '#core/ids.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { ConnectionState } from '#ports/store/connections.ts'
import type { Store } from '#ports/store/store.ts'
import { type Bell, startBell } from './bell.ts'
import { type Channels, isPlacedAnywhere } from './channels.ts'
import { within } from './within.ts'

/** A connection that is down is asked so often whether it is back. */
export const PROBE_MS = 60_000
/** A probe that takes longer says nothing; the next one may. */
const ANSWER_MS = 30_000
/** What other processes found is known here within this. */
const REFRESH_MS = 5_000

/** Which connections are down, as this process knows it. The store has the truth for all of them. */
export interface Connections {
  isDown(ref: ConnectionRef): boolean
  down(): readonly ConnectionState[]
  /** Our own access was refused: the connection pauses, its deliveries stay queued. */
  pause(ref: ConnectionRef, detail: string): Promise<void>
  /** Reads what other processes found, now and every few seconds. */
  start(): Promise<void>
  stop(): Promise<void>
  /**
   * Asks connections that are down whether they are back: those of `single`, which lives here, or of every channel
   * that any process may ask.
   */
  probe(single?: ChannelName): Promise<void>
}

interface ConnectionsDeps {
  readonly store: Store
  readonly channels: Channels
  readonly clock: Clock
  readonly logger: Logger
  /** Tells the operator, on a channel that works. */
  alert(ref: ConnectionRef, detail: string): Promise<void>
  /** Something is up again: there may be work. */
  onUp(): void
}

/** Knows of none that is down before the `start`. */
export function createConnections(deps: ConnectionsDeps): Connections {
  const { store, channels, clock, logger } = deps
  let known = new Map<string, ConnectionState>()
  let refresher: Bell | undefined

  async function refresh(): Promise<undefined> {
    known = new Map(
      (await store.connections.down()).map((state) => [connectionKey(state.connection), state]),
    )
  }

  function isAsked(name: ChannelName, single: ChannelName | undefined): boolean {
    if (single !== undefined) return name === single
    const channel = channels.get(name)
    return channel === undefined || isPlacedAnywhere(channel)
  }

  async function probeOne({ connection }: ConnectionState): Promise<void> {
    const channel = channels.get(connection.channel)
    const result = await channel?.probe(connection.connection)
    if (result && !result.up) return
    if (await store.connections.resume(connection)) {
      logger.info({ connection: connectionKey(connection) }, 'connection is up again')
    }
    known.delete(connectionKey(connection))
    deps.onUp()
  }

  /** Never waited for: it goes by another provider, which may be slow. */
  async function alert(ref: ConnectionRef, detail: string): Promise<void> {
    try {
      await deps.alert(ref, detail)
    } catch (error) {
      logger.error({ err: error, connection: connectionKey(ref) }, 'the operator was not alerted')
    }
  }

  return {
    isDown: (ref) => known.has(connectionKey(ref)),
    down: () => [...known.values()],
    async pause(ref, detail) {
      const key = connectionKey(ref)
      if (!known.has(key))
        known.set(key, { connection: ref, since: clock.now() as Instant, detail })
      if (!(await store.connections.pause(ref, detail))) return
      logger.error(
        { connection: key, detail },
        'connection is down; its deliveries wait, it is probed every minute',
      )
      void alert(ref, detail)
    },
    async start() {
      await refresh()
      refresher ??= startBell({
        run: refresh,
        restMs: REFRESH_MS,
        gapMs: REFRESH_MS,
        onFault: (error) => logger.warn({ err: error }, 'what is down could not be read'),
      })
    },
    async stop() {
      await refresher?.stop()
    },
    async probe(single) {
      const asked = [...known.values()].filter(({ connection }) =>
        isAsked(connection.channel, single),
      )
      const probes = asked.map((state) =>
        within(ANSWER_MS, probeOne(state)).catch((error: unknown) =>
          logger.warn({ err: error, connection: connectionKey(state.connection) }, 'probe failed'),
        ),
      )
      await Promise.all(probes)
    },
  }
}
