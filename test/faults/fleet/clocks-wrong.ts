import { globSync } from 'node:fs'
import { expect } from 'vitest'
import type { ProductEnv } from '#test/fixtures/running-server.ts'
import { closeBooks, type Scenario } from './scenario.ts'

const SHARES = 6
const RECIPIENTS = 25
const SCHEDULED_MS = 60_000
/** Links that end soon, yet not for a clock that is right. */
const ENDS_MS = 4 * 60_000

/** Shifts the clock of a process that it is loaded into. */
const [FAKETIME] = globSync('/usr/lib/*/faketime/libfaketime.so.1')

/** Why clocks cannot be shifted; undefined where they can. */
export function missingFaketime(): string | undefined {
  return FAKETIME ? undefined : 'there is no libfaketime (apt-get install faketime)'
}

/** A process whose clock is wrong by so much. Its monotonic clock is not touched. */
export const clockOff = (seconds: string): ProductEnv => ({
  LD_PRELOAD: FAKETIME ?? '',
  FAKETIME: `${seconds}s`,
  DONT_FAKE_MONOTONIC: '1',
})

/** One worker five minutes ahead, one five behind: leases and due times go by the store's clock. */
export const clocksWrong: Scenario = async (play) => {
  const { stage, later, sendAt } = await play.turn(async () => {
    // Slow enough that a lease which another clock thought over would be taken away in the middle.
    const stage = await play.setStage({ roles: ['web', 'worker'], mailMs: 400 })
    const { fleet, ledger } = stage
    for (const off of ['+300', '-300']) await (await fleet.add('worker', clockOff(off))).start()
    const sendAt = new Date(Date.now() + SCHEDULED_MS).toISOString()
    const later = await ledger.accept(5, { sendAt })
    const expiresAt = new Date(Date.now() + ENDS_MS).toISOString()
    for (let n = 0; n < SHARES; n++) await ledger.accept(RECIPIENTS, { expiresAt })
    return { stage, later, sendAt }
  })
  const balance = await closeBooks(play, stage, {
    scenario: 'clocks ±5 minutes',
  })
  const scheduled = new Set(later.deliveries.map(({ address }) => address))
  const received = await stage.sink.received()
  const early = received.filter(({ at }) => at < Date.parse(sendAt))
  expect(early.filter(({ to }) => to.some((address) => scheduled.has(address)))).toEqual([])
  expect(balance.accepted).toBe(SHARES * RECIPIENTS + later.deliveries.length)
  expect(balance).toMatchObject({ duplicates: 0, sentAgain: 0, unknown: 0 })
}
