import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { clockOff } from './clocks-wrong.ts'
import { flushAll } from './flush-all.ts'
import { startAgain, startKilling } from './kills.ts'
import { closeBooks, type Scenario } from './scenario.ts'
import type { Stage } from './stage.ts'
import { startVisitors } from './visitors.ts'

const BROKEN_MS = 180_000
const SHARES = 100
const RECIPIENTS = 20
const VISITORS = 12
/** Past its lease, which is 90 s. */
const FROZEN_MS = 95_000

/** Breaks one part for a while and mends it again. */
type Break = (stage: Stage) => Promise<void>

const redisBreaks: readonly Break[] = [
  async ({ redis }) => {
    await redis.kill()
    await sleep(1_500)
    await redis.restart()
  },
  ({ redis }) => flushAll(redis),
  ({ redis }) => freeze(redis, 2_000),
]

const databaseBreaks: readonly Break[] = [
  async ({ database }) => {
    await database.kill()
    await sleep(1_000)
    await database.restart()
  },
  ({ database }) => freeze(database, 4_000),
  ({ database }) => freeze(database, 30_000),
]

const lineBreaks: readonly Break[] = [
  async ({ line }) => {
    line.delay(100)
    await sleep(3_000)
    line.delay(0)
  },
  async ({ line }) => line.cut(),
]

/**
 * Workers and web processes killed, one worker frozen past its lease, two whose clocks are wrong; and meanwhile,
 * each in its own turns, Redis, the database and the line to it killed, frozen, flushed, slowed and cut.
 */
export const everythingBroken: Scenario = async (play) => {
  const { stage, clicks, known, kills } = await play.turn(async () => {
    const roles = ['web', 'web', 'worker', 'worker'] as const
    const stage = await play.setStage({ roles, mailMs: 100 })
    const { fleet, ledger } = stage
    for (const off of ['+300', '-300']) await (await fleet.add('worker', clockOff(off))).start()
    const first = await ledger.accept(RECIPIENTS)
    const paths = first.deliveries.map(({ link }) => new URL(link).pathname)
    const visitors = startVisitors(stage, paths, VISITORS)
    const killing = [
      startKilling(stage, fleet.workers, 2_000),
      startKilling(stage, fleet.webs, 6_000),
    ]
    const end = performance.now() + BROKEN_MS
    await Promise.all([
      acceptAll(stage),
      freezeWorker(stage),
      breakUntil(end, stage, redisBreaks, 5_000),
      breakUntil(end, stage, databaseBreaks, 7_000),
      breakUntil(end, stage, lineBreaks, 4_000),
    ])
    const kills = await Promise.all(killing.map((one) => one.stop()))
    return { stage, clicks: await visitors.stop(), known: [first.id], kills }
  })
  const [workersKilled = 0, websKilled = 0] = kills
  const frozen = 1
  const balance = await closeBooks(play, stage, {
    scenario: `all at once for ${BROKEN_MS / 1_000} s`,
    // The database is never away for a lease: until then, what was sent is written down by who sent it.
    cutOff: workersKilled + frozen,
    visits: { shares: known, answered: clicks.answered, most: clicks.asked },
    note: `${workersKilled} workers and ${websKilled} web processes killed`,
  })
  expect(balance.accepted).toBe(SHARES * RECIPIENTS)
}

async function acceptAll({ ledger }: Stage): Promise<void> {
  while (ledger.accepted() < SHARES * RECIPIENTS) {
    await ledger.accept(RECIPIENTS)
    await sleep(BROKEN_MS / SHARES / 2)
  }
}

async function breakUntil(
  end: number,
  stage: Stage,
  breaks: readonly Break[],
  restMs: number,
): Promise<void> {
  for (let n = 0; performance.now() < end; n++) {
    await breaks[n % breaks.length]?.(stage)
    await sleep(restMs)
  }
}

async function freeze(server: { freeze(): void; thaw(): void }, ms: number): Promise<void> {
  server.freeze()
  await sleep(ms)
  server.thaw()
}

/** One worker more, which nobody kills, stands still in the middle of its sends until others have its leases. */
async function freezeWorker({ fleet, over }: Stage): Promise<void> {
  const worker = await fleet.add('worker')
  await startAgain(worker, over)
  await sleep(BROKEN_MS / 10)
  await freeze(worker, FROZEN_MS)
}
