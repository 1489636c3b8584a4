import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import { createLeases, type Keeping } from '#engine/leases.ts'
import { ended } from '#engine/within.ts'
import type { Turn } from '#ports/bot.ts'
import { createMovableClock, until } from '#test/fixtures/engine.ts'
import { quiet } from '#test/fixtures/quiet.ts'

const keepings: Keeping[] = []
afterAll(async () => {
  await Promise.all(keepings.splice(0).map((keeping) => keeping.stop()))
})

/** A store that several processes share, each with a clock of its own. */
function createFleet() {
  const { connections } = createMemoryStore({}, { clock: createMovableClock().clock, randomBytes })
  let answers = true
  let answerMs = 0
  const store = {
    ...connections,
    async hold(...asked: Parameters<typeof connections.hold>) {
      const held = answers && connections.hold(...asked)
      await sleep(answerMs)
      if (held === false) throw new Error('the store is away')
      return held
    },
  }
  /** Keeps the name in one more process, which notes its terms. */
  const join = (name = 'poller') => {
    const { clock, advance } = createMovableClock()
    const leases = createLeases({ store, clock, logger: quiet })
    const turns: Turn[] = []
    const keeping = leases.keep(name, async (turn) => {
      turns.push(turn)
      await ended(turn.signal)
    })
    keepings.push(keeping)
    const holding = (): boolean => turns.at(-1)?.holds() ?? false
    return { keeping, advance, turns, holding, last: () => turns.at(-1) as Turn }
  }
  return {
    join,
    connections,
    setAnswers: (given: boolean, afterMs = 0) => {
      answers = given
      answerMs = afterMs
    },
  }
}

const held = (one: { holding(): boolean }) => until(async () => one.holding() || undefined, 15_000)

// Leases take their time: the tests wait side by side.
describe.concurrent('a name that one process has at a time', () => {
  test('goes to the next as soon as it is handed back', async () => {
    const fleet = createFleet()
    const first = fleet.join()
    await held(first)
    const second = fleet.join()
    await sleep(1_500)
    expect([first.holding(), second.holding()]).toEqual([true, false])
    const begun = performance.now()
    await first.keeping.stop()
    expect(first.last().signal.aborted).toBe(true)
    await held(second)
    expect(performance.now() - begun).toBeLessThan(2_000)
  })

  test('is kept for longer than one lease, and other names beside it', async () => {
    const fleet = createFleet()
    const [poller, feeder] = [fleet.join('poller'), fleet.join('feeder')]
    await Promise.all([held(poller), held(feeder)])
    await sleep(10_500)
    expect([poller.turns.length, feeder.turns.length]).toEqual([1, 1])
    expect(await fleet.connections.hold('poller', 'somebody else', 1_000)).toBe(false)
  })

  test('is renewed until the work under it has ended, however long it takes to stop', async () => {
    const { connections } = createFleet()
    const { clock } = createMovableClock()
    const leases = createLeases({ store: connections, clock, logger: quiet })
    const working = Promise.withResolvers<Turn>()
    const ending = Promise.withResolvers<void>()
    const keeping = leases.keep('poller', async (turn) => {
      working.resolve(turn)
      await ending.promise
    })
    const turn = await working.promise
    const stopped = keeping.stop()
    expect([turn.signal.aborted, turn.holds()]).toEqual([true, false])
    await sleep(10_500)
    expect(await connections.hold('poller', 'somebody else', 1_000)).toBe(false)
    ending.resolve()
    await stopped
    expect(await connections.hold('poller', 'somebody else', 1_000)).toBe(true)
  })

  test('is no longer held right after a freeze, before any timer has run', async () => {
    const frozen = createFleet().join()
    await held(frozen)
    frozen.advance(8_100)
    expect(frozen.holding()).toBe(false)
    // A renewal that comes too late begins another term.
    await until(async () => frozen.turns.length === 2 || undefined, 8_000)
    expect(frozen.turns[0]?.signal.aborted).toBe(true)
  })

  test('is held for a request only where the lease outlasts it', async () => {
    const one = createFleet().join()
    await held(one)
    expect([one.last().holds(4_000), one.last().holds(8_000)]).toEqual([true, false])
  })

  test('is let go before the store gives it to another, when renewing fails', async () => {
    const fleet = createFleet()
    const cut = fleet.join()
    await held(cut)
    fleet.setAnswers(false)
    const gone = fleet.join('another name')
    await ended(cut.last().signal)
    expect(await fleet.connections.hold('poller', 'somebody else', 1_000)).toBe(false)
    fleet.setAnswers(true)
    await Promise.all([held(cut), held(gone)])
  })

  test('is let go in time though the store takes long to say that it cannot renew', async () => {
    const fleet = createFleet()
    const cut = fleet.join()
    await held(cut)
    fleet.setAnswers(false, 1_900)
    await ended(cut.last().signal)
    expect(await fleet.connections.hold('poller', 'somebody else', 1_000)).toBe(false)
  })

  test('is counted from when the store was asked, not from its answer', async () => {
    const fleet = createFleet()
    fleet.setAnswers(true, 1_500)
    const one = fleet.join()
    await held(one)
    expect([one.last().holds(5_000), one.last().holds(7_000)]).toEqual([true, false])
  })

  test('is let go when another has it after all', async () => {
    const fleet = createFleet()
    const robbed = fleet.join()
    await held(robbed)
    const { hold } = fleet.connections
    fleet.connections.hold = async () => false
    await ended(robbed.last().signal)
    fleet.connections.hold = hold
    expect(robbed.turns).toHaveLength(1)
  })

  test('is handed back and taken up again where the work under it fails', async () => {
    const { connections } = createFleet()
    const { clock } = createMovableClock()
    const leases = createLeases({ store: connections, clock, logger: quiet })
    let begun = 0
    keepings.push(
      leases.keep('poller', async ({ signal }) => {
        if (++begun === 1) throw new Error('the platform is away')
        await ended(signal)
      }),
    )
    await until(async () => begun === 2 || undefined)
  })

  test('is tried for less and less often where the work under it fails each time', async () => {
    const { connections } = createFleet()
    const { clock } = createMovableClock()
    const leases = createLeases({ store: connections, clock, logger: quiet })
    const begun: number[] = []
    keepings.push(
      leases.keep('poller', async () => {
        begun.push(performance.now())
        throw new Error('the platform is away')
      }),
    )
    await until(async () => begun.length === 4 || undefined, 60_000)
    const rests = begun.slice(1).map((at, n) => at - (begun[n] ?? 0))
    expect(rests[1]).toBeGreaterThan(1_900)
    expect(rests[2]).toBeGreaterThan(3_900)
  }, 90_000)
})
