import { expect, test } from 'vitest'
import { createLocalRates } from '#adapters/rates/local.ts'
import { createSpareRates } from '#adapters/rates/spare.ts'
import { refusal } from '#core/refusal.ts'
import type { Rates } from '#ports/rates.ts'
import { createMovableClock } from '#test/fixtures/engine.ts'
import { quiet } from '#test/fixtures/quiet.ts'

const request = { key: 'api:1', limit: 2, perMs: 60_000, burst: 2, cost: 1 }

test('while the shared rates are away requests are counted here, and they are left alone for a while', async () => {
  const { clock, advance } = createMovableClock()
  const there = createLocalRates({ clock })
  let away = true
  let asked = 0
  const shared: Rates = {
    ...there,
    async take(...what) {
      asked++
      if (away) throw refusal('unavailable', 'refusal.rates_away')
      return there.take(...what)
    },
  }
  const rates = createSpareRates(shared, createLocalRates({ clock }), { clock, logger: quiet })
  const taken = []
  for (let n = 0; n < 3; n++) taken.push((await rates.take([request])).ok)
  expect([taken, asked]).toEqual([[true, true, false], 1])
  away = false
  advance(5_001)
  expect([(await rates.take([request])).ok, asked]).toEqual([true, 2])
})
