import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { deliveryId, type EndpointKey } from '#core/ids.ts'
import { testClock } from '#test/contracts/store/harness.ts'
import { DAY, sendOne, settlement, sharePlan } from '#test/contracts/store/plans.ts'
import { openSqlite, type TempFolder, tempFolder } from './harness.ts'

let folder: TempFolder | undefined
afterEach(() => folder?.remove())

it('leaves what was blanked nowhere in the file', async () => {
  folder = tempFolder()
  const clock = testClock()
  const store = openSqlite(folder.path, clock)
  const plan = sharePlan({
    to: Array.from({ length: 20 }, (_, n) => ({ value: `someone${n}@example.org` })),
  })
  const deliveries = plan.deliveries.map((one) => ({
    ...one,
    endpoint: `hash-${one.n}` as EndpointKey,
  }))
  await store.shares.accept({ ...plan, deliveries })
  for (const { n, address } of deliveries) {
    const id = deliveryId(plan.id, n)
    const failed = settlement({
      state: 'failed',
      reason: 'refused',
      detail: `550 ${address.value}`,
    })
    await sendOne(store, id, failed, {
      providerIds: [`id-of-${address.value}`],
      reach: { chat: address.value },
    })
    const text = `${address.value} ${'x'.repeat(9_000)}`
    await store.outbox.keep(id, { channel: 'carry', to: address.value, text }, 'link')
  }
  const file = join(folder.path, 'passalong.db')
  const found = () => readFileSync(file, 'latin1').split('someone').length - 1
  await store.close()
  expect(found()).toBeGreaterThan(100)
  const again = openSqlite(folder.path, clock)
  clock.advance(91 * DAY)
  expect(await again.shares.blank(90 * DAY, 100)).toBe(20)
  await again.close()
  expect(found()).toBe(0)
})
