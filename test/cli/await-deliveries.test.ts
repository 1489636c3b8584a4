import { expect, test } from 'vitest'
import { awaitDeliveries, isAtRest } from '#src/cli/await-deliveries.ts'
import type { DeliveryJson, ShareJson } from '#web/api/share-schemas.ts'

const NOW = Date.parse('2026-06-01T12:00:00Z')

function delivery(state: DeliveryJson['state'], dueInMs: number | null = null): DeliveryJson {
  const dueAt = dueInMs === null ? null : new Date(NOW + dueInMs).toISOString()
  return { state, dueAt } as DeliveryJson
}

test.each([
  ['accepted', null, true],
  ['failed', null, true],
  ['unknown', null, true],
  ['waiting', 14 * 24 * 3_600_000, true],
  ['scheduled', 3_600_000, true],
  ['queued', 61_000, true],
  ['queued', 59_000, false],
  ['queued', -1_000, false],
  ['sending', 90_000, false],
  ['queued', null, false],
] as const)('%s, due in %s ms, is left alone: %s', (state, dueInMs, rest) => {
  expect(isAtRest(delivery(state, dueInMs), NOW)).toBe(rest)
})

test('it looks until all of them rest, and tells how far it is', async () => {
  const share = (...states: DeliveryJson['state'][]) =>
    ({ deliveries: states.map((state) => delivery(state)) }) as unknown as ShareJson
  const looks = [share('accepted', 'sending'), share('accepted', 'failed')]
  const told: string[] = []
  const settled = await awaitDeliveries(
    share('queued', 'queued'),
    async () => looks.shift() ?? share(),
    (done, total) => told.push(`${done}/${total}`),
  )
  expect(settled.deliveries.map(({ state }) => state)).toEqual(['accepted', 'failed'])
  expect(told).toEqual(['0/2', '1/2', '2/2'])
})
