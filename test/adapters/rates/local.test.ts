import { expect, test } from 'vitest'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createLocalRates } from '#adapters/rates/local.ts'
import { ratesContract } from '#test/contracts/rates.ts'

ratesContract(async () => createLocalRates({ clock: createSystemClock() }))

test('a crowd of buckets that are all in use costs no more for each', async () => {
  const rates = createLocalRates({ clock: createSystemClock() })
  const begun = performance.now()
  for (let i = 0; i < 60_000; i++) {
    await rates.take([{ key: `from ${i}`, limit: 1, perMs: 600_000, cost: 1 }])
  }
  expect(performance.now() - begun).toBeLessThan(10_000)
  await rates.close()
})
