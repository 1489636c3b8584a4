import { afterEach, expect, test } from 'vitest'
import { type Bell, startBell } from '#engine/bell.ts'
import { until } from '#test/fixtures/engine.ts'

let bell: Bell | undefined
afterEach(() => bell?.stop())

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

test('rings that come while it runs make it run once more, and faults stop nothing', async () => {
  let runs = 0
  const faults: unknown[] = []
  bell = startBell({
    restMs: 60_000,
    gapMs: 1,
    async run() {
      runs++
      await sleep(20)
      throw new Error('a fault')
    },
    onFault: (error) => faults.push(error),
  })
  await until(async () => (runs === 1 ? true : undefined))
  for (let i = 0; i < 5; i++) bell.ring()
  await until(async () => (faults.length === 2 ? true : undefined))
  await sleep(50)
  expect(runs).toBe(2)
})

test('what is dear is done less often, however often it rings', async () => {
  let runs = 0
  bell = startBell({
    restMs: 60_000,
    gapMs: 1,
    gapFactor: 4,
    async run() {
      runs++
      await sleep(20)
      return undefined
    },
    onFault: () => {},
  })
  const end = performance.now() + 500
  while (performance.now() < end) {
    bell.ring()
    await sleep(1)
  }
  expect(runs).toBeGreaterThanOrEqual(2)
  expect(runs).toBeLessThanOrEqual(6)
})

test('a ring never puts off what would run sooner by itself', async () => {
  let ran = false
  bell = startBell({
    restMs: 60_000,
    gapMs: 30_000,
    async run() {
      ran = true
      return undefined
    },
    onFault: () => {},
  })
  bell.ring()
  await until(async () => (ran ? true : undefined), 20_000)
})
