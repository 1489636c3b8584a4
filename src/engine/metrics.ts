import type { Metrics, Reading } from '#ports/metrics.ts'
import type { Store } from '#ports/store/store.ts'

/** Levels that the store can tell, read when somebody looks. */
export function measureQueues(metrics: Metrics, store: Store): void {
  metrics.gauge('queueDepth', async () =>
    (await store.deliveries.depth()).map(({ channel, due }) => ({
      labels: { channel },
      value: due,
    })),
  )
  metrics.gauge('queueAge', async () =>
    (await store.deliveries.depth()).map(({ channel, oldestMs }) => ({
      labels: { channel },
      value: oldestMs / 1_000,
    })),
  )
  metrics.gauge('connectionsDown', async () => {
    const counts = new Map<string, number>()
    for (const { connection } of await store.connections.down()) {
      counts.set(connection.channel, (counts.get(connection.channel) ?? 0) + 1)
    }
    return [...counts].map(([channel, value]): Reading => ({ labels: { channel }, value }))
  })
}
