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
/** A conversation that nobody went on with, and a status that nothing happened to, are let go after this. */
const IDLE_MS = 90 * 24 * 3_600_000

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

/** Blanks and forgets what has stood long enough, in pages; returns how many deliveries were blanked. */
export async function purge(store: Store, identifyMs: number): Promise<number> {
  const blanked = await eachPage((limit) => store.shares.blank(identifyMs, limit))
  const repliesMs = Math.max(identifyMs, REPEATED_MS)
  await eachPage((limit) => store.replies.purge(repliesMs, limit))
  // Messages of deliveries went with them: what is left are mails of the service itself.
  await eachPage((limit) => store.outbox.forget(identifyMs, limit))
  // What somebody was about to send names recipients, too.
  const idleMs = Math.min(identifyMs, IDLE_MS)
  await eachPage((limit) => store.conversations.forget(idleMs, limit))
  await eachPage((limit) => store.conversations.settleStatus(IDLE_MS, limit))
  await store.deliveries.unpark(PARKED_MS)
  await store.visits.purge()
  return blanked
}

/** Until a page is not full; returns how many there were in all. */
async function eachPage(page: (limit: number) => Promise<number>): Promise<number> {
  let all = 0
  for (;;) {
    const done = await page(PAGE)
    all += done
    if (done < PAGE) return all
  }
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
