import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { until } from '#test/fixtures/engine.ts'
import { flushAll } from './flush-all.ts'
import { closeBooks, PATIENCE_MS, type Play, type Scenario } from './scenario.ts'
import type { Stage } from './stage.ts'

const SHARES = 12
const RECIPIENTS = 50
const AWAY_MS = 4_000
/** Only against hanging. */
const GUARD_MS = 120_000

const scenario =
  (name: string, appendonly: boolean, breakIt: (stage: Stage) => Promise<void>): Scenario =>
  async (play) => {
    const stage = await play.turn(() => sendWhile(play, appendonly, breakIt))
    const balance = await closeBooks(play, stage, { scenario: name })
    expect(balance.accepted).toBe(SHARES * RECIPIENTS)
    expect(balance.duplicates).toBe(0)
    expect(balance.unknown).toBe(0)
  }

/** Half is accepted before, and some of it sent; the rest while it is broken and after. */
async function sendWhile(
  play: Play,
  appendonly: boolean,
  breakIt: (stage: Stage) => Promise<void>,
): Promise<Stage> {
  const roles = ['web', 'worker', 'worker'] as const
  const stage = await play.setStage({ roles, mailMs: 100, redis: { appendonly } })
  for (let n = 0; n < SHARES / 2; n++) await stage.ledger.accept(RECIPIENTS)
  await until(async () => (await stage.sink.count()) >= 100 || undefined, GUARD_MS)
  await breakIt(stage)
  while (stage.ledger.accepted() < SHARES * RECIPIENTS) await stage.ledger.accept(RECIPIENTS)
  await stage.ledger.settled(PATIENCE_MS)
  return stage
}

/** Accepting goes on at once without Redis: the store is the truth. */
async function killAndRestart({ redis, ledger }: Stage): Promise<void> {
  await redis.kill()
  const begun = performance.now()
  await ledger.accept(RECIPIENTS)
  expect(performance.now() - begun).toBeLessThan(10_000)
  await sleep(AWAY_MS)
  await redis.restart()
}

async function flush({ redis, sink, ledger }: Stage): Promise<void> {
  for (let n = 0; n < 3; n++) {
    const enough = Math.min((await sink.count()) + 50, ledger.accepted())
    await flushAll(redis)
    await until(async () => (await sink.count()) >= enough || undefined, GUARD_MS)
  }
}

export const redisKilled = scenario('Redis killed -9, with AOF', true, killAndRestart)
export const redisKilledWithoutAof = scenario('Redis killed -9, no AOF', false, killAndRestart)
export const redisFlushed = scenario('Redis flushed three times', true, flush)
