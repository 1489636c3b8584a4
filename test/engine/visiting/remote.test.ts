import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSystemClock } from '#adapters/clock/system.ts'
import { openFileSpool } from '#adapters/spool/file.ts'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import { createRecorder, type Recorder } from '#engine/visiting/recorder.ts'
import type { Spool } from '#ports/spool.ts'
import type { Store } from '#ports/store/store.ts'
import { until } from '#test/fixtures/engine.ts'
import { type FaultyVisits, faultyVisits } from '#test/fixtures/faulty-visits.ts'
import { type Planted, plantAccount, plantShare } from '#test/fixtures/planted-share.ts'
import { noMetrics, quiet } from '#test/fixtures/quiet.ts'
import { aVisit } from '#test/fixtures/visits.ts'

const clock = createSystemClock()
let dir: string
let store: Store
let share: Planted
let faulty: FaultyVisits
let spool: Spool
let recorder: Recorder
let shipped: number

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'remote-'))
  store = createMemoryStore({}, { clock, randomBytes })
  share = await plantShare(store, await plantAccount(store))
  faulty = faultyVisits({ ...store.visits, remote: true })
  await start()
})
afterEach(async () => {
  faulty.thaw()
  await recorder.stop()
  await spool.close()
  rmSync(dir, { recursive: true, force: true })
})

async function start(): Promise<void> {
  shipped = 0
  spool = await openFileSpool({ dir }, { logger: quiet })
  recorder = createRecorder({
    visits: faulty.visits,
    spool,
    clock,
    logger: quiet,
    metrics: noMetrics,
    onStored: () => shipped++,
  })
  await recorder.start()
}

const record = () => recorder.record(aVisit({ delivery: share.deliveries[0]! }))

async function humans(): Promise<number> {
  while ((await store.visits.fold(1_000)).more);
  return (await store.visits.counters(share.id))[0]?.counts.human ?? 0
}

describe('where the store is remote', () => {
  test('a visit is durable in the spool, and nobody waits for the store', async () => {
    faulty.fault = 'hangs'
    const begun = performance.now()
    await record()
    expect(performance.now() - begun).toBeLessThan(5_000)
    expect(spool.size).toBe(1)
  })

  test('the store has it soon after', async () => {
    const begun = performance.now()
    await record()
    await until(async () => ((await humans()) === 1 ? true : undefined))
    expect(performance.now() - begun).toBeLessThan(5_000)
    expect(spool.size).toBe(0)
  })

  test('what comes in a quarter of a second goes together, however long it goes on', async () => {
    const begun = performance.now()
    let recorded = 0
    while (recorded < 100 || performance.now() - begun < 1_500) {
      await record()
      recorded++
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    expect(shipped).toBeLessThanOrEqual((performance.now() - begun) / 250 + 2)
    await until(async () => ((await humans()) === recorded ? true : undefined), 30_000)
  })

  test('what waited through an outage and a restart comes once, in its order', async () => {
    faulty.fault = 'down'
    for (let i = 0; i < 250; i++) await record()
    await recorder.stop()
    await spool.close()
    expect(await humans()).toBe(0)
    faulty.fault = 'none'
    await start()
    await record()
    await until(async () => ((await humans()) === 251 ? true : undefined))
    expect(await store.visits.lastSeq(spool.writer)).toBe(251)
  })

  test('a stop ships what is still here', async () => {
    await record()
    await recorder.stop()
    expect(spool.size).toBe(0)
    expect(await humans()).toBe(1)
  })
})
