import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Takes what Kannel calls back, and counts it. */
export interface Callbacks {
  readonly url: string
  /** Resolves when so many came in all. */
  came(count: number): Promise<void>
  close(): Promise<void>
}

const PATIENCE_MS = 60_000

export async function startCallbacks(): Promise<Callbacks> {
  let count = 0
  const server = createServer((_request, response) => {
    count++
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async came(wanted) {
      const until = performance.now() + PATIENCE_MS
      while (count < wanted) {
        if (performance.now() > until) throw new Error(`${count} of ${wanted} callbacks came`)
        await sleep(10)
      }
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
