import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { flushAll } from './flush-all.ts'
import { startKilling } from './kills.ts'
import { closeBooks, type Scenario } from './scenario.ts'
import type { Stage } from './stage.ts'
import { storedVisits } from './stored-visits.ts'
import { startVisitors } from './visitors.ts'

const BROKEN_MS = 180_000
const SHARES = 100
const RECIPIENTS = 20

/** Each breaks one part for a while and mends it again. */
const BREAKS: readonly ((stage: Stage) => Promise<void>)[] = [
  async ({ redis }) => {
    await redis.kill()
    await sleep(1_500)
    await redis.restart()
  },
  async ({ database }) => {
    await database.kill()
    await sleep(1_000)
    await database.restart()
  },
  ({ redis }) => flushAll(redis),
  async ({ database }) => {
    database.freeze()
    await sleep(4_000)
    database.thaw()
  },
  async ({ line }) => {
    line.delay(100)
    await sleep(3_000)
    line.delay(0)
  },
  async ({ line }) => line.cut(),
  async ({ redis }) => {
    redis.freeze()
    await sleep(2_000)
    redis.thaw()
  },
]

/** Workers and web processes killed, Redis and the database killed, frozen, flushed, slowed and cut off, all at once. */
export const everythingBroken: Scenario = async (play) => {
  const { stage, clicks, known, kills } = await play.turn(async () => {
    const roles = ['web', 'web', 'worker', 'worker', 'worker', 'worker'] as const
    const stage = await play.setStage({ roles, mailMs: 100 })
    const { fleet, ledger } = stage
    const first = await ledger.accept(RECIPIENTS)
    const paths = first.deliveries.map(({ link }) => new URL(link).pathname)
    const visitors = startVisitors(stage, paths, 4)
    const killing = [
      startKilling(stage, fleet.workers, 2_000),
      startKilling(stage, fleet.webs, 6_000),
    ]
    const end = performance.now() + BROKEN_MS
    await Promise.all([acceptAll(stage), breakUntil(stage, end)])
    const kills = await Promise.all(killing.map((one) => one.stop()))
    return { stage, clicks: await visitors.stop(), known: [first.id], kills }
  })
  const stored = await storedVisits(stage.fleet, known)
  const balance = await closeBooks(play, stage, {
    scenario: `all at once for ${BROKEN_MS / 1_000} s`,
    visits: { answered: clicks.answered, stored },
    note: `${kills[0]} workers and ${kills[1]} web processes killed`,
  })
  expect(balance.accepted).toBe(SHARES * RECIPIENTS)
  expect(stored).toBeLessThanOrEqual(clicks.asked)
}

async function acceptAll({ ledger }: Stage): Promise<void> {
  while (ledger.accepted() < SHARES * RECIPIENTS) {
    await ledger.accept(RECIPIENTS)
    await sleep(BROKEN_MS / SHARES / 2)
  }
}

async function breakUntil(stage: Stage, end: number): Promise<void> {
  for (let n = 0; performance.now() < end; n++) {
    await BREAKS[n % BREAKS.length]?.(stage)
    await sleep(2_000)
  }
}
