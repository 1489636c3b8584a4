import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createLocalDispatcher } from '#adapters/dispatchers/local/local.ts'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import type { AccountId, ConnectionId, DeliveryId } from '#core/ids.ts'
import type { Role } from '#core/role.ts'
import { createChannels } from '#engine/channels.ts'
import { createConnections } from '#engine/connections.ts'
import { createLeases } from '#engine/leases.ts'
import { type Placement, startPlacement } from '#engine/placement.ts'
import type { ChannelSink } from '#ports/channel.ts'
import type { Dispatcher, Job, JobHandler } from '#ports/dispatcher.ts'
import { until } from '#test/fixtures/engine.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { createScriptedChannel } from '#test/fixtures/scripted-channel.ts'

const placements: Placement[] = []
afterAll(async () => {
  await Promise.all(placements.map((placement) => placement.stop(0)))
})

const connection = { channel: 'sms', connection: 'default' as ConnectionId } as const
const job: Job = {
  id: 'share-0' as DeliveryId,
  epoch: 0,
  lane: { ...connection, account: 'ann' as AccountId },
}

const sink: ChannelSink = {
  async receipt() {},
  async reply() {},
  async stop() {},
  async reach() {},
}

/** Several processes on one store, each with a single-placed channel of the same name. */
function createFleet() {
  const clock = createSystemClock()
  const store = createMemoryStore({}, { clock, randomBytes })
  return async (
    role: Role,
    {
      starting = async () => {},
      run = async () => {},
    }: { starting?: () => Promise<void>; run?: JobHandler['run'] } = {},
  ) => {
    const log: string[] = []
    let cut = false
    const scripted = createScriptedChannel({
      name: 'sms',
      caps: { placement: { single: 'worker' } },
    })
    const channel = {
      ...scripted,
      start: async () => {
        log.push('start')
        await starting()
      },
      stop: async () => void log.push('stop'),
    }
    const channels = createChannels([channel])
    const local = createLocalDispatcher({ clock, logger: quiet })
    const dispatcher: Dispatcher = {
      ...local,
      async cease(...args) {
        await local.cease(...args)
        log.push('ceased')
      },
    }
    await dispatcher.start([], { admit: async () => ({ kind: 'go' }), run })
    const hold: typeof store.connections.hold = async (...asked) => {
      if (cut) throw new Error('the store is away')
      return store.connections.hold(...asked)
    }
    const leases = createLeases({ store: { ...store.connections, hold }, clock, logger: quiet })
    const connections = createConnections({
      store,
      channels,
      clock,
      logger: quiet,
      async alert() {},
      onUp() {},
    })
    const answering = { serve: () => ({ stop: async () => {} }), ring() {} }
    const common = { channels, dispatcher, leases, connections, sink, answering, logger: quiet }
    const placement = startPlacement({ ...common, role })
    placements.push(placement)
    return { log, placement, connections, dispatcher, cutOff: () => (cut = true) }
  }
}

describe.concurrent('a single-placed channel', () => {
  test('is connected in one process, and in another when that one stops', async () => {
    const join = createFleet()
    const first = await join('worker')
    await until(async () => first.log.length || undefined)
    const second = await join('all')
    await sleep(1_500)
    expect([first.log, second.log]).toEqual([['start'], []])
    await first.placement.stop(100)
    await until(async () => second.log.length || undefined)
    expect([first.log, second.log]).toEqual([['start', 'ceased', 'stop'], ['start']])
  })

  test('goes to another process where the first hangs while it connects', async () => {
    const join = createFleet()
    const hanging = await join('worker', { starting: () => new Promise(() => {}) })
    await until(async () => hanging.log.length || undefined)
    const other = await join('worker')
    await hanging.placement.stop(100)
    await until(async () => other.log.length || undefined)
    expect([hanging.log, other.log]).toEqual([['start', 'ceased', 'stop'], ['start']])
  })

  test('goes to another process where the first does not come to an end of connecting', async () => {
    const join = createFleet()
    const hanging = await join('worker', { starting: () => new Promise(() => {}) })
    await until(async () => hanging.log.length || undefined)
    const other = await join('worker')
    await until(async () => other.log.length || undefined, 60_000)
    expect(hanging.log).toEqual(['start', 'stop'])
  }, 90_000)

  test('that cannot be connected twice is down, and up again once it can', async () => {
    let refusals = 2
    const { connections, log } = await createFleet()('worker', {
      async starting() {
        if (refusals-- > 0) throw new Error('bound elsewhere')
      },
    })
    await until(async () => connections.isDown(connection) || undefined)
    expect(connections.down()[0]?.detail).toBe('bound elsewhere')
    expect(log.filter((line) => line === 'start')).toHaveLength(2)
    await until(async () => !connections.isDown(connection) || undefined, 20_000)
    expect(log.filter((line) => line === 'start')).toHaveLength(3)
  })

  test('is asked whether it is back only by the process where it lives', async () => {
    const starting = Promise.withResolvers<void>()
    const { connections } = await createFleet()('worker', { starting: () => starting.promise })
    await connections.pause(connection, 'bound elsewhere')
    await connections.probe()
    expect(connections.isDown(connection)).toBe(true)
    starting.resolve()
    await until(async () => !connections.isDown(connection) || undefined)
  })

  test('lets what is being sent end within the grace that the stop gives', async () => {
    let ended: string | undefined
    const home = await createFleet()('worker', {
      async run(_, signal) {
        ended = 'not yet'
        await sleep(1_500)
        ended = signal.aborted ? 'aborted' : 'by itself'
      },
    })
    await until(async () => {
      await home.dispatcher.ring([job])
      return ended
    })
    await home.placement.stop(5_000)
    expect(ended).toBe('by itself')
  })

  test('is cut before another process may have it, whatever of its sends has not ended', async () => {
    let sending = false
    const home = await createFleet()('worker', {
      async run() {
        sending = true
        await new Promise(() => {})
      },
    })
    await until(async () => {
      await home.dispatcher.ring([job])
      return sending || undefined
    })
    home.cutOff()
    await until(async () => home.log.includes('ceased') || undefined, 20_000)
    expect(home.log).toEqual(['start', 'stop', 'ceased'])
  })

  test('never lives in a process of another role', async () => {
    const join = createFleet()
    const others = [await join('web'), await join('bots')]
    await sleep(1_500)
    expect(others.map(({ log }) => log)).toEqual([[], []])
  })
})
