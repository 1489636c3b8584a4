import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { until } from '#test/fixtures/engine.ts'
import { closeBooks, type Scenario } from './scenario.ts'
import type { Stage } from './stage.ts'

/** Sends that are under way when the worker is frozen: as many as its connections to the mail server. */
const RECIPIENTS = 5
/** Only against hanging. */
const GUARD_MS = 120_000
const LEASE_AND_MORE_MS = 300_000

const scenario =
  (name: string, policy: 'retry' | 'ask', then: (stage: Stage) => Promise<void>): Scenario =>
  async (play) => {
    const stage = await play.turn(async () => {
      const environment = { UNKNOWN_OUTCOME: policy }
      const stage = await play.setStage({ roles: ['web', 'worker'], mailMs: 0, environment })
      const { sink, fleet } = stage
      await sink.fault({ at: 'end', hold: true })
      await stage.ledger.accept(RECIPIENTS)
      await until(async () => (await allAreHeld(stage)) || undefined, GUARD_MS)
      fleet.workers[0]?.freeze()
      expect(await sink.count()).toBe(0)
      // Taken, which the frozen worker reads once it is thawed; whatever is sent again is held.
      await sink.fault({ at: 'end', hold: true })
      await until(async () => (await sink.count()) === RECIPIENTS || undefined, GUARD_MS)
      await (await fleet.add('worker')).start()
      return stage
    })
    await then(stage)
    await closeBooks(play, stage, { scenario: name, cutOff: 1 })
  }

async function allAreHeld({ sink }: Stage): Promise<boolean> {
  return (await sink.held()) === RECIPIENTS
}

/** The frozen worker is told for each of its sends that it may not settle it. */
async function thawAndRefuse({ fleet }: Stage): Promise<void> {
  const [frozen] = fleet.workers
  frozen?.thaw()
  await until(async () => refusals(frozen?.output() ?? '') === RECIPIENTS || undefined, GUARD_MS)
}

async function allAre({ ledger }: Stage, state: string): Promise<boolean> {
  return (await ledger.deliveries()).every((one) => one.state === state)
}

const refusals = (output: string): number =>
  output.split('the lease was lost before settling').length - 1

/** Thawed while another worker sends again: only that one's settlement counts. */
export const frozenAndRetried = scenario('worker frozen 95 s, retry', 'retry', async (stage) => {
  await until(async () => (await allAreHeld(stage)) || undefined, LEASE_AND_MORE_MS)
  await thawAndRefuse(stage)
  // What the frozen worker knew came of nothing: these are the other's.
  expect((await stage.ledger.deliveries()).map(({ state }) => state)).not.toContain('accepted')
  await stage.sink.fault(null)
})

/** Nothing is sent again by itself, and what the thawed worker knows comes too late. */
export const frozenAndAsked = scenario('worker frozen 95 s, ask', 'ask', async (stage) => {
  await until(async () => (await allAre(stage, 'unknown')) || undefined, LEASE_AND_MORE_MS)
  await thawAndRefuse(stage)
  await sleep(2_000)
  expect(await stage.sink.held()).toBe(0)
  expect(await stage.sink.count()).toBe(RECIPIENTS)
})
