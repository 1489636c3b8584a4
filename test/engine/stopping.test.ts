import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createLocalRates } from '#adapters/rates/local.ts'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import type { Clock } from '#ports/clock.ts'
import type { Rates } from '#ports/rates.ts'
import type { Store } from '#ports/store/store.ts'
import { createMovableClock, until } from '#test/fixtures/engine.ts'
import { createScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import { useTestEngine } from '#test/fixtures/use-engine.ts'

const start = useTestEngine()
const never = () => new Promise<never>(() => {})

/** A store that takes for ever to say what is due, from the moment that it is frozen. */
function freezingStore() {
  let frozen = false
  return {
    freeze: () => (frozen = true),
    store(clock: Clock): Store {
      const store = createMemoryStore({}, { clock, randomBytes })
      const { due } = store.deliveries
      return {
        ...store,
        deliveries: { ...store.deliveries, due: (asked) => (frozen ? never() : due(asked)) },
      }
    },
  }
}

/** Rates that let nothing go, and count how often they were asked to. */
function closedRates(): Rates & { readonly asked: () => number } {
  let asked = 0
  return {
    ...createLocalRates(createMovableClock()),
    asked: () => asked,
    async take() {
      asked++
      return { ok: false, bucket: 'bot', waitMs: 20 }
    },
  }
}

describe('a stop', () => {
  test.each([
    { sharedQueue: true, where: 'on a shared queue' },
    { sharedQueue: false, where: 'on one of its own' },
  ])('lets a single-placed channel finish its sends before it is cut, $where', async (settings) => {
    const log: string[] = []
    const sending = Promise.withResolvers<void>()
    const scripted = createScriptedChannel({
      name: 'sms',
      caps: { placement: { single: 'worker' } },
      async send() {
        await sending.promise
        log.push('sent')
        return { kind: 'accepted' }
      },
    })
    const channel = { ...scripted, stop: async () => void log.push('cut') }
    const t = await start([channel], { sharedQueue: settings.sharedQueue, undoMs: 0 })
    const { id } = await t.share(['+8613800138000'])
    await until(async () => scripted.sent.length || undefined)
    const stopped = t.engine.stop(20_000)
    await new Promise((resolve) => setTimeout(resolve, 50))
    sending.resolve()
    await stopped
    expect(log).toEqual(['sent', 'cut'])
    expect((await t.engine.sharing.get(t.ann, id)).deliveries[0]?.state).toBe('accepted')
  })

  test('starts nothing more though the store does not say what is due', async () => {
    const { store, freeze } = freezingStore()
    const rates = closedRates()
    const t = await start([createScriptedChannel({})], { undoMs: 0 }, { store, rates })
    await t.share(['bob@example.net'])
    await until(async () => rates.asked() || undefined)
    freeze()
    // The next look for due work hangs.
    await sleep(1_500)
    const stopped = t.engine.stop(20_000)
    await sleep(100)
    const before = rates.asked()
    await sleep(300)
    expect(rates.asked()).toBe(before)
    await stopped
  })

  test('ends though the store, a channel and a bot do not', async () => {
    const { store, freeze } = freezingStore()
    const polling = Promise.withResolvers<void>()
    const bot = {
      name: 'test/default',
      poll() {
        polling.resolve()
        return never()
      },
    }
    const single = createScriptedChannel({ name: 'sms', caps: { placement: { single: 'worker' } } })
    const channels = [createScriptedChannel({}), single].map((channel) => ({
      ...channel,
      stop: never,
    }))
    const t = await start(channels, { undoMs: 0 }, { store, bots: [bot] })
    await polling.promise
    freeze()
    await sleep(1_500)
    await t.engine.stop(100)
  }, 60_000)
})
