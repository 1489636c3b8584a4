import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { openDatabase } from '#adapters/stores/mongo/database.ts'
import { startCutProxy } from '#test/fixtures/cut-proxy.ts'
import { freshDatabase, missingDatabase } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

interface Monitor {
  readonly s: { readonly state: string }
  monitorId: { stop(): void; readonly stopped: boolean }
  connection: { destroy(): void } | null
}

describe.skipIf(skippedFor(await missingDatabase()))('the driver’s look for its server', () => {
  test('is begun anew where it hangs, so that a server which is back is found', async () => {
    const proxy = await startCutProxy(await freshDatabase())
    const db = await openDatabase({ uri: () => proxy.uri })
    const works = () =>
      db
        .attempt(() => db.connection.collection('any').findOne({}))
        .then(
          () => true,
          () => false,
        )
    expect(await works()).toBe(true)
    const { topology } = db.connection.getClient() as unknown as {
      topology: { s: { servers: Map<string, { monitor: Monitor; pool: { clear(): void } }> } }
    }
    // As where the look hangs: nothing looks any more, and what is known of the server is that it is gone.
    const [server] = topology.s.servers.values()
    server!.monitor.monitorId.stop()
    server!.monitor.connection?.destroy()
    await proxy.close()
    await expect.poll(works).toBe(false)
    const again = await startCutProxy(await freshDatabase(), Number(new URL(proxy.uri).port))
    await sleep(1_000)
    await expect.poll(works, { timeout: 60_000, interval: 500 }).toBe(true)
    await db.close()
    await again.close()
  })
})
