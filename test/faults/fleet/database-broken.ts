import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { until } from '#test/fixtures/engine.ts'
import { closeBooks, type Play, type Scenario } from './scenario.ts'
import type { Stage } from './stage.ts'
import { type Clicks, startVisitors } from './visitors.ts'

const SHARES = 10
const RECIPIENTS = 30
const VISITORS = 4
const AWAY_MS = 5_000
const FROZEN_MS = 30_000
const SLOWER_MS = 200
/** A write that the database does not answer is refused within this. */
const REFUSED_WITHIN_MS = 12_000
/** Only against hanging. */
const GUARD_MS = 120_000

type Break = (stage: Stage, clicks: () => Clicks) => Promise<void>

/** @param cuts how often what every worker was to settle could not be written at first */
const scenario =
  (name: string, cuts: number, breakIt: Break): Scenario =>
  async (play) => {
    const { stage, clicks, known } = await play.turn(() => sendAndVisitWhile(play, breakIt))
    const balance = await closeBooks(play, stage, {
      scenario: name,
      cutOff: cuts * stage.fleet.workers.length,
      visits: { shares: known, answered: clicks.answered, most: clicks.asked },
    })
    expect(balance.accepted).toBe(SHARES * RECIPIENTS)
  }

interface Played {
  readonly stage: Stage
  readonly clicks: Clicks
  /** Shares whose links were followed. */
  readonly known: readonly string[]
}

async function sendAndVisitWhile(play: Play, breakIt: Break): Promise<Played> {
  const stage = await play.setStage({ roles: ['web', 'worker', 'worker'], mailMs: 100 })
  const { fleet, ledger, sink } = stage
  const first = await ledger.accept(RECIPIENTS)
  const paths = first.deliveries.map(({ link }) => new URL(link).pathname)
  for (const web of fleet.webs) {
    for (const path of paths) await fetch(`${web.baseUrl}${path}`, { redirect: 'manual' })
  }
  const visitors = startVisitors(stage, paths, VISITORS)
  for (let n = 1; n < SHARES / 2; n++) await ledger.accept(RECIPIENTS)
  await until(async () => (await sink.count()) >= 20 || undefined, GUARD_MS)
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

/** What cannot be written now is refused so often, in time, and each answer says when to try again. */
async function expectRefusals({ ledger, fleet }: Stage, atLeast: number): Promise<void> {
  const refusals = ledger.refusals()
  await until(async () => refusals.length >= atLeast || undefined, GUARD_MS)
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
  await until(async () => clicks().answered - before.answered > ms / 500 || undefined, GUARD_MS)
  const after = clicks()
  expect(after.asked - before.asked).toBeLessThanOrEqual(
    after.answered - before.answered + 2 * VISITORS,
  )
}

export const databaseKilled = scenario('database killed -9', 1, async (stage, clicks) => {
  await stage.database.kill()
  const accepting = stage.ledger.accept(RECIPIENTS)
  await expectRedirects(clicks, AWAY_MS)
  await expectRefusals(stage, 1)
  await stage.database.restart()
  await accepting
})

/** What is asked for meanwhile may be stored after the thaw, given up or not: once, under its key. */
export const databaseFrozen = scenario('database frozen 30 s', 1, async (stage, clicks) => {
  stage.database.freeze()
  const accepting = stage.ledger.accept(RECIPIENTS)
  await expectRedirects(clicks, FROZEN_MS)
  await expectRefusals(stage, 3)
  stage.database.thaw()
  await accepting
})

export const databaseSlow = scenario('database slower by 200 ms', 0, async (stage, clicks) => {
  stage.line.delay(SLOWER_MS / 2)
  await expectRedirects(clicks, 5_000)
  await stage.ledger.accept(RECIPIENTS)
})
