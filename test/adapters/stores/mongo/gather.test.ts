import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { gather } from '#adapters/stores/mongo/gather.ts'

it('runs together what is asked together, and answers each at its place', async () => {
  const groups: (readonly number[])[] = []
  const double = gather<number, number>(
    async (asks) => {
      groups.push(asks)
      return asks.map((ask) => ask * 2)
    },
    { most: 3, atOnce: 2 },
  )
  expect(await Promise.all([1, 2, 3, 4].map(double))).toEqual([2, 4, 6, 8])
  expect(groups).toEqual([[1, 2, 3], [4]])
})

it('gathers what comes while as many groups as may be are under way', async () => {
  const groups: (readonly string[])[] = []
  const gates: (() => void)[] = []
  const ask = gather<string, string>(
    async (asks) => {
      groups.push(asks)
      await new Promise<void>((resolve) => gates.push(resolve))
      return asks
    },
    { most: 10, atOnce: 1 },
  )
  const first = ask('a')
  await nextTurn()
  const others = [ask('b'), ask('c')]
  await nextTurn()
  expect(groups).toEqual([['a']])
  gates.shift()?.()
  expect(await first).toBe('a')
  await nextTurn()
  expect(groups).toEqual([['a'], ['b', 'c']])
  gates.shift()?.()
  expect(await Promise.all(others)).toEqual(['b', 'c'])
})

it('fails a group alone', async () => {
  const ask = gather<number, number>(
    async (asks) => {
      if (asks.includes(1)) throw new Error('broken')
      return asks
    },
    { most: 1, atOnce: 1 },
  )
  const results = await Promise.allSettled([ask(1), ask(2)])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
})
