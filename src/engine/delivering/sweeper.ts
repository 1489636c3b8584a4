import type { Logger } from '#ports/logger.ts'
import type { Store } from '#ports/store/store.ts'
import { type Bell, startBell } from '../bell.ts'
import { type Connections, PROBE_MS } from '../connections.ts'

const SWEEP_MS = 5_000
const PURGE_MS = 10 * 60_000
const PAGE = 500
/** Receipts that nobody asked for are forgotten after this. */
const PARKED_MS = 3 * 24 * 3_600_000
/** For so long at least a reply that a provider repeats is known to be one. */
const REPEATED_MS = 3 * 24 * 3_600_000

interface SweeperDeps {
  readonly store: Store
  readonly connections: Connections
  readonly logger: Logger
  readonly identifyMs: number
  onChange(): void
}

/**
 * What must happen even when every bell was missed: half-made shares, deadlines, lost connections, old data. Once
 * in a fleet: two at a time would do no harm, but the work twice.
 */
export function startSweeper(deps: SweeperDeps): { stop(): Promise<void> } {
  const bells: Bell[] = [
    every(deps, SWEEP_MS, 'repair', async () => {
      await deps.store.shares.repair(PAGE)
    }),
    every(deps, SWEEP_MS, 'looking for deadlines', async () => {
      while ((await deps.store.deliveries.expire(PAGE)) > 0) deps.onChange()
    }),
    every(deps, PROBE_MS, 'probe', () => deps.connections.probe()),
    every(deps, PURGE_MS, 'purge', async () => {
      await purge(deps.store, deps.identifyMs)
    }),
  ]
  return {
    async stop() {
      await Promise.all(bells.map((bell) => bell.stop()))
    },
  }
}

/** Blanks and forgets what has stood long enough, in pages. */
export async function purge(store: Store, identifyMs: number): Promise<number> {
  let blanked = 0
  for (;;) {
    const done = await store.shares.blank(identifyMs, PAGE)
    blanked += done
    if (done < PAGE) break
  }
  const repliesMs = Math.max(identifyMs, REPEATED_MS)
  for (;;) if ((await store.replies.purge(repliesMs, PAGE)) < PAGE) break
  // Messages of deliveries went with them: what is left are mails of the service itself.
  for (;;) if ((await store.outbox.forget(identifyMs, PAGE)) < PAGE) break
  await store.deliveries.unpark(PARKED_MS)
  await store.visits.purge()
  return blanked
}

function every(deps: SweeperDeps, restMs: number, what: string, task: () => Promise<void>): Bell {
  return startBell({
    restMs,
    gapMs: restMs / 10,
    async run() {
      await task()
      return undefined
    },
    onFault: (error) => deps.logger.error({ err: error }, `${what} failed; it is tried again`),
  })
}
