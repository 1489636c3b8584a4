import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSqliteStore } from '#adapters/stores/sqlite/store.ts'
import { VISIT_QUERIES } from '#adapters/stores/sqlite/visit-queries.ts'
import type { Instant } from '#core/ids.ts'
import type { Store } from '#ports/store/store.ts'
import type { Visit } from '#ports/store/visits.ts'
import { until } from '#test/fixtures/engine.ts'
import { type Planted, plantAccount, plantShare } from '#test/fixtures/planted-share.ts'
import { aVisit } from '#test/fixtures/visits.ts'

const clock = { now: () => Date.now(), monotonic: () => performance.now() }
let root: string
let store: Store
let shares: Planted[]

const openAt = (dataDir: string): Store => createSqliteStore({ dataDir }, { clock, randomBytes })
const fileOf = (dataDir: string): string => join(dataDir, 'passalong.db')

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'visits-depth-'))
  store = openAt(join(root, 'a'))
  const account = await plantAccount(store)
  shares = []
  for (let i = 0; i < 4; i++) {
    shares.push(await plantShare(store, account, { recipients: 100, via: 'outbox' }))
  }
})
afterEach(async () => {
  await store.close()
  rmSync(root, { recursive: true, force: true })
})

function visitAt(i: number, change: Partial<Visit> = {}): Visit {
  const share = shares[i % shares.length]!
  return aVisit({
    delivery: share.deliveries[i % share.deliveries.length]!,
    at: (1_800_000_000_000 + i) as Instant,
    ...change,
  })
}

async function sums(of: Store): Promise<{ counted: number; listed: number; inStats: number }> {
  const sum = { counted: 0, listed: 0, inStats: 0 }
  for (const { id } of shares) {
    for (const { counts } of await of.visits.counters(id)) sum.counted += counts.human
    for (const { human } of (await of.visits.stats(id)).days) sum.inStats += human
    sum.listed += (await of.visits.ofShare(id, { limit: 100_000, cursor: null })).items.length
  }
  return sum
}

test('a crash between any two steps of a merge loses nothing and counts nothing twice', async () => {
  const perBatch = 50
  let visits = 0
  for (let seq = 1; seq <= 60; seq++) {
    const batch = Array.from({ length: perBatch }, () => visitAt(visits++))
    await store.visits.append([{ writer: 'w', seq, visits: batch, reclassed: [] }])
  }
  const folding = store.visits.fold(1_000)
  const copies: string[] = []
  for (let step = 0; step < 40; step++) {
    copies.push(crashedCopy(step))
    await turn()
  }
  await folding
  copies.push(crashedCopy(40))
  for (const [i, copy] of copies.entries()) {
    if (i % 4 !== 0 && i !== 40) continue
    const after = openAt(copy)
    // What came after the crash is merged together with what came before it.
    const batch = [visitAt(0), visitAt(1)]
    await after.visits.append([{ writer: 'w', seq: 61, visits: batch, reclassed: [] }])
    while ((await after.visits.fold(17)).more) {
      // All of it.
    }
    const all = visits + 2
    expect(await sums(after), `after step ${i}`).toEqual({
      counted: all,
      listed: all,
      inStats: all,
    })
    await after.close()
  }
})

/** The data as a kill would leave it now: what SQLite wrote, without its closing. */
function crashedCopy(step: number): string {
  const from = fileOf(join(root, 'a'))
  const to = join(root, `crash-${step}`)
  mkdirSync(to)
  copyFileSync(from, fileOf(to))
  if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${fileOf(to)}-wal`)
  return to
}

test('merging a lot holds the event loop for moments only', async () => {
  for (let seq = 1; seq <= 100; seq++) {
    const batch = Array.from({ length: 100 }, (_, i) => visitAt(seq * 100 + i))
    await store.visits.append([{ writer: 'w', seq, visits: batch, reclassed: [] }])
  }
  let done = false
  const folding = store.visits.fold(1_000).then(() => {
    done = true
  })
  let steps = 0
  while (!done) {
    await turn()
    steps++
  }
  await folding
  expect(steps).toBeGreaterThan(5)
  expect((await sums(store)).counted).toBe(10_000)
})

test('the write-ahead log stays short, though much is written', async () => {
  const wal = `${fileOf(join(root, 'a'))}-wal`
  const agent = 'x'.repeat(2_000)
  let longest = 0
  const end = performance.now() + 4_000
  for (let seq = 1; performance.now() < end; seq++) {
    const batch = Array.from({ length: 40 }, (_, i) => visitAt(i, { agent, tracked: false }))
    await store.visits.append([{ writer: 'w', seq, visits: batch, reclassed: [] }])
    if (seq % 20 === 0) {
      await store.visits.fold(100)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    longest = Math.max(longest, statSync(wal).size)
  }
  const begun = performance.now()
  await until(async () => {
    await store.visits.append([{ writer: 'other', seq: ++others, visits: [], reclassed: [] }])
    return statSync(wal).size <= 20 * 1024 * 1024 || performance.now() - begun > 5_000 || undefined
  })
  expect(statSync(wal).size).toBeLessThanOrEqual(20 * 1024 * 1024)
  expect(longest).toBeLessThan(400 * 1024 * 1024)
})
let others = 0

test.each(Object.entries(VISIT_QUERIES))('%s scans no table', (_name, sql) => {
  const db = new DatabaseSync(fileOf(join(root, 'a')))
  const values = Array.from({ length: sql.split('?').length - 1 }, () => 1)
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values)
  db.close()
  const steps = plan.map(({ detail }) => String(detail))
  expect(steps.filter((step) => /^SCAN (?!CONSTANT)/.test(step))).toEqual([])
  expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toEqual([])
})
