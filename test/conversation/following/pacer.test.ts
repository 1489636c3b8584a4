import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createPacer } from '#conversation/following/pacer.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const REST = 3_000

test('what is asked for while a key rests comes to one', async () => {
  const done: string[] = []
  const pacer = createPacer({ restMs: REST, onFault: () => {} })
  const ask = (what: string): void =>
    pacer.ask('a', async () => {
      done.push(what)
      return 0
    })
  ask('first')
  await vi.advanceTimersByTimeAsync(0)
  ask('second')
  ask('third')
  await vi.advanceTimersByTimeAsync(REST - 1)
  expect(done).toEqual(['first'])
  await vi.advanceTimersByTimeAsync(1)
  expect(done).toEqual(['first', 'third'])
  await vi.advanceTimersByTimeAsync(10 * REST)
  expect([done.length, vi.getTimerCount()]).toEqual([2, 0])
})

test('keys do not wait for each other', async () => {
  const done: string[] = []
  const pacer = createPacer({ restMs: REST, onFault: () => {} })
  for (const key of ['a', 'b']) {
    pacer.ask(key, async () => {
      done.push(key)
      return 0
    })
  }
  await vi.advanceTimersByTimeAsync(0)
  expect(done).toEqual(['a', 'b'])
})

test('it is done again after as long as was asked', async () => {
  let times = 0
  const pacer = createPacer({ restMs: REST, onFault: () => {} })
  pacer.ask('a', async () => {
    times += 1
    return times === 1 ? 20_000 : 0
  })
  await vi.advanceTimersByTimeAsync(19_999)
  expect(times).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(times).toBe(2)
})

test('a fault ends nothing', async () => {
  const faults: unknown[] = []
  const pacer = createPacer({ restMs: REST, onFault: (error) => faults.push(error) })
  pacer.ask('a', async () => {
    throw new Error('away')
  })
  await vi.advanceTimersByTimeAsync(REST)
  let done = false
  pacer.ask('a', async () => {
    done = true
    return 0
  })
  await vi.advanceTimersByTimeAsync(0)
  expect([faults.length, done]).toEqual([1, true])
})

test('nothing is done after the stop', async () => {
  let times = 0
  const pacer = createPacer({ restMs: REST, onFault: () => {} })
  const ask = (): void =>
    pacer.ask('a', async () => {
      times += 1
      return 0
    })
  ask()
  ask()
  pacer.stop()
  ask()
  await vi.advanceTimersByTimeAsync(10 * REST)
  expect([times, vi.getTimerCount()]).toEqual([1, 0])
})
