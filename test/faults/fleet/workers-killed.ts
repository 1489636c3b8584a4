import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { startKilling } from './kills.ts'
import { closeBooks, type Scenario } from './scenario.ts'

const SHARES = 40
const RECIPIENTS = 50
/** The killing ends with most of them sent, or after so long, but not before so many kills. */
const MOST = 0.75 * SHARES * RECIPIENTS
const KILLED_MS = 30_000
const KILLS = 6

/** Four workers, one of them killed -9 every second while they send 2,000 messages. */
export const workersKilled: Scenario = async (play) => {
  const { stage, killed } = await play.turn(async () => {
    const roles = ['web', 'worker', 'worker', 'worker', 'worker'] as const
    const stage = await play.setStage({ roles, mailMs: 150 })
    const kills = startKilling(stage, stage.fleet.workers, 1_000)
    for (let n = 0; n < SHARES; n++) await stage.ledger.accept(RECIPIENTS)
    const end = performance.now() + KILLED_MS
    const goesOn = async (): Promise<boolean> =>
      kills.soFar() < KILLS || (performance.now() < end && (await stage.sink.count()) < MOST)
    while (!stage.over.aborted && (await goesOn())) await sleep(500)
    return { stage, killed: await kills.stop() }
  })
  const balance = await closeBooks(play, stage, {
    scenario: 'workers killed -9',
    cutOff: killed,
    note: `${killed} kills`,
  })
  expect(balance.accepted).toBe(SHARES * RECIPIENTS)
}
