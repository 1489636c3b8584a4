import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { until } from '#test/fixtures/engine.ts'
import { closeBooks, PATIENCE_MS, type Scenario } from './scenario.ts'
import type { Stage } from './stage.ts'

/** Sends that are under way when the worker is frozen: as many as its connections to the mail server. */
const RECIPIENTS = 5
const MAIL_MS = 4_000

const scenario =
  (name: string, policy: 'retry' | 'ask', then: (stage: Stage) => Promise<void>): Scenario =>
  async (play) => {
    const stage = await play.turn(async () => {
      const environment = { UNKNOWN_OUTCOME: policy }
      const stage = await play.setStage({ roles: ['web', 'worker'], mailMs: MAIL_MS, environment })
      await stage.ledger.accept(RECIPIENTS)
      await until(async () => (await allAre(stage, 'sending')) || undefined, 20_000)
      await sleep(MAIL_MS / 4)
      stage.fleet.workers[0]?.freeze()
      expect(await stage.sink.count()).toBe(0)
      await (await stage.fleet.add('worker')).start()
      return stage
    })
    await then(stage)
    const [frozen] = stage.fleet.workers
    await until(async () => refusals(frozen!.output()) === RECIPIENTS || undefined, 20_000)
    await closeBooks(play, stage, { scenario: name })
  }

async function allAre({ ledger }: Stage, state: string): Promise<boolean> {
  return (await ledger.deliveries()).every((one) => one.state === state)
}

async function allAreTriedAgain({ ledger }: Stage): Promise<boolean> {
  return (await ledger.deliveries()).every(({ attempts }) => attempts > 0)
}

const refusals = (output: string): number =>
  output.split('the lease was lost before settling').length - 1

/** Thawed while another worker sends again: only that one's settlement counts. */
export const frozenAndRetried = scenario('worker frozen 95 s, retry', 'retry', async (stage) => {
  await until(async () => (await allAreTriedAgain(stage)) || undefined, PATIENCE_MS)
  stage.fleet.workers[0]?.thaw()
})

/** Nothing is sent again by itself, and what the thawed worker knows comes too late. */
export const frozenAndAsked = scenario('worker frozen 95 s, ask', 'ask', async (stage) => {
  await until(async () => (await allAre(stage, 'unknown')) || undefined, PATIENCE_MS)
  stage.fleet.workers[0]?.thaw()
  await sleep(2_000)
  expect(await stage.sink.count()).toBe(RECIPIENTS)
})
