import type { Connection } from 'mongoose'
import { isAway } from './faults.ts'

/** The part of the driver's inside that is reached into. */
interface Innards {
  readonly topology?: {
    readonly s: {
      readonly servers: ReadonlyMap<
        string,
        { readonly monitor?: { close(): void; connect(): void } | null }
      >
    }
  }
}

/** A server that is back is found by the driver itself within less. */
const PATIENCE_MS = 10_000

/**
 * Has the driver look for its servers anew where nothing worked for a while. Its own look hangs for ever where the
 * connection ends between its check for that and its write: a write onto a destroyed socket says "full", and the driver
 * (7.8) waits for a "drain" that never comes. Seen with a database that was killed and started again.
 */
export function createMonitorWatch(connection: Connection): <T>(call: Promise<T>) => Promise<T> {
  let awaySince: number | undefined
  return async (call) => {
    try {
      const result = await call
      awaySince = undefined
      return result
    } catch (error) {
      const now = performance.now()
      if (isAway(error)) awaySince ??= now
      if (awaySince !== undefined && now - awaySince > PATIENCE_MS) {
        awaySince = now
        restartMonitors(connection)
      }
      throw error
    }
  }
}

function restartMonitors(connection: Connection): void {
  const { topology } = connection.getClient() as unknown as Innards
  for (const { monitor } of topology?.s.servers.values() ?? []) {
    monitor?.close()
    monitor?.connect()
  }
}
