import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { until } from '#test/fixtures/engine.ts'
import { closeBooks, type Play, type Scenario } from './scenario.ts'
import type { Stage } from './stage.ts'
import { storedVisits } from './stored-visits.ts'
import { type Clicks, startVisitors } from './visitors.ts'

const SHARES = 10
const RECIPIENTS = 30
const VISITORS = 4
const AWAY_MS = 5_000
const FROZEN_MS = 30_000
const SLOWER_MS = 200
/** A write that the database does not answer is refused within this. */
const REFUSED_WITHIN_MS = 6_000

const scenario =
  (name: string, breakIt: (stage: Stage, clicks: () => Clicks) => Promise<void>): Scenario =>
  async (play) => {
    const { stage, clicks, known } = await play.turn(() => sendAndVisitWhile(play, breakIt))
    const stored = await storedVisits(stage.fleet, known, clicks.answered)
    const balance = await closeBooks(play, stage, {
      scenario: name,
      visits: { answered: clicks.answered, stored },
    })
    expect(balance.accepted).toBe(SHARES * RECIPIENTS)
    expect(stored).toBeLessThanOrEqual(clicks.asked)
  }

interface Played {
  readonly stage: Stage
  readonly clicks: Clicks
  /** Shares whose links were followed. */
  readonly known: readonly string[]
}

async function sendAndVisitWhile(
  play: Play,
  breakIt: (stage: Stage, clicks: () => Clicks) => Promise<void>,
): Promise<Played> {
  const stage = await play.setStage({ roles: ['web', 'worker', 'worker'], mailMs: 100 })
  const { fleet, ledger, sink } = stage
  const first = await ledger.accept(RECIPIENTS)
  const paths = first.deliveries.map(({ link }) => new URL(link).pathname)
  for (const web of fleet.webs) {
    for (const path of paths) await fetch(`${web.baseUrl}${path}`, { redirect: 'manual' })
  }
  const visitors = startVisitors(stage, paths, VISITORS)
  for (let n = 1; n < SHARES / 2; n++) await ledger.accept(RECIPIENTS)
  await until(async () => (await sink.count()) >= 20 || undefined, 30_000)
  await breakIt(stage, visitors.clicks)
  while (ledger.accepted() < SHARES * RECIPIENTS) await ledger.accept(RECIPIENTS)
  const answered = await visitors.stop()
  const warm = paths.length * fleet.webs.length
  const clicks = {
    ...answered,
    answered: answered.answered + warm,
    asked: answered.asked + warm,
  }
  return { stage, clicks, known: [first.id] }
}

/** What cannot be written now was refused in time, and each answer said when to try again. */
function expectRefusals({ ledger, fleet }: Stage, atLeast: number): void {
  const refusals = ledger.refusals()
  expect(refusals.length).toBeGreaterThanOrEqual(atLeast)
  for (const { status, retryAfter, tookMs } of refusals) {
    expect(status, fleet.webs.map((web) => web.output()).join('')).toBe(503)
    expect(Number(retryAfter)).toBeGreaterThan(0)
    expect(tookMs).toBeLessThan(REFUSED_WITHIN_MS)
  }
}

/** Links that the web process knows lead on meanwhile, every one that is followed. */
async function expectRedirects(clicks: () => Clicks, ms: number): Promise<void> {
  const before = clicks()
  await sleep(ms)
  const after = clicks()
  expect(after.answered - before.answered).toBeGreaterThan(ms / 500)
  expect(after.asked - before.asked).toBeLessThanOrEqual(
    after.answered - before.answered + 2 * VISITORS,
  )
}

export const databaseKilled = scenario('database killed -9', async (stage, clicks) => {
  await stage.database.kill()
  const accepting = stage.ledger.accept(RECIPIENTS)
  await expectRedirects(clicks, AWAY_MS)
  await stage.database.restart()
  await accepting
  expectRefusals(stage, 1)
})

/** What is asked for meanwhile may be stored after the thaw, given up or not: once, under its key. */
export const databaseFrozen = scenario('database frozen 30 s', async (stage, clicks) => {
  stage.database.freeze()
  const accepting = stage.ledger.accept(RECIPIENTS)
  await expectRedirects(clicks, FROZEN_MS)
  stage.database.thaw()
  await accepting
  expectRefusals(stage, 3)
})

export const databaseSlow = scenario('database slower by 200 ms', async (stage, clicks) => {
  stage.line.delay(SLOWER_MS / 2)
  await expectRedirects(clicks, 5_000)
  await stage.ledger.accept(RECIPIENTS)
})
