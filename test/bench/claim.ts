import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Settlement } from '#core/delivery.ts'
import type { DueDelivery } from '#ports/store/deliveries.ts'
import type { Store } from '#ports/store/store.ts'
import { dueRequest, sharePlan, someAccount } from '#test/contracts/store/plans.ts'
import { type Bench, type BenchResult, median } from './bench.ts'
import { IN_MEMORY, withStore } from './store-folder.ts'

const CONCURRENT = 50
const ACCOUNTS = 50
const COUNT = 10_000
const GOAL = 15_000
const CAP = { fromSender: 20, fromAll: 50, windowMs: 24 * 3_600_000 }
const ACCEPTED: Settlement = {
  state: 'accepted',
  reason: null,
  detail: null,
  dueInMs: null,
  attempts: 1,
  unknowns: 0,
}

/** Claims and settles deliveries, 50 at a time, beside two raw updates of a row in commits of 50. */
export const run: Bench = async (options) => {
  const rounds = options.quick ? 1 : 5
  const { ours, raw } = await measure(rounds, tmpdir())
  const results: BenchResult[] = [
    {
      name: 'claim + settle, 50 concurrent',
      value: ours,
      unit: '/s',
      reference: { name: 'raw updates', value: raw },
      ratio: ours / raw,
      goal: { says: '≥ 15,000/s', met: ours >= GOAL },
    },
  ]
  if (IN_MEMORY) {
    const { ours: value, raw: reference } = await measure(rounds, IN_MEMORY)
    results.push({
      name: 'the same without the disk',
      value,
      unit: '/s',
      reference: { name: 'raw updates', value: reference },
      ratio: value / reference,
    })
  }
  return results
}

/** Medians per second; each round has a fresh store, and its reference beside it. */
async function measure(rounds: number, root: string): Promise<{ ours: number; raw: number }> {
  const ours: number[] = []
  const raw: number[] = []
  for (let i = 0; i < rounds; i++) {
    await withStore(async (store, folder) => {
      ours.push(await claimsPerSecond(store, COUNT))
      raw.push(rawUpdates(join(folder, 'raw.db'), COUNT))
    }, root)
  }
  return { ours: median(ours), raw: median(raw) }
}

async function claimsPerSecond(store: Store, count: number): Promise<number> {
  const perShare = 100
  const accounts = Array.from({ length: ACCOUNTS }, someAccount)
  for (let i = 0; i < count / perShare; i++) {
    const account = accounts[i % ACCOUNTS]
    await store.shares.accept(
      sharePlan({ ...(account && { account }), to: Array.from({ length: perShare }, () => ({})) }),
    )
  }
  const page = [...(await store.deliveries.due(dueRequest({ lanes: 50, perLane: count })))]
  const began = performance.now()
  await Promise.all(Array.from({ length: CONCURRENT }, (_, i) => work(store, page, `w${i}`)))
  return (count * 1_000) / (performance.now() - began)
}

async function work(store: Store, page: DueDelivery[], holder: string): Promise<void> {
  for (let due = page.pop(); due; due = page.pop()) {
    const result = await store.deliveries.claim(due.id, {
      epoch: due.epoch,
      holder,
      leaseMs: 60_000,
      cap: CAP,
    })
    if (result.kind !== 'claimed') throw new Error(result.kind)
    const settled = await store.deliveries.settle(result.lease, {
      settlement: ACCEPTED,
      via: 'email',
      providerIds: [`<${due.id}@example.org>`],
      reach: null,
    })
    if (settled.kind !== 'settled') throw new Error(settled.kind)
  }
}

/** Two updates of an indexed row by its primary key for each delivery, in commits of 50. */
function rawUpdates(file: string, count: number): number {
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = WAL')
  db.exec('PRAGMA synchronous = FULL')
  db.exec(`CREATE TABLE delivery (share TEXT, n INTEGER, state TEXT, due_at INTEGER,
    PRIMARY KEY (share, n)) WITHOUT ROWID, STRICT`)
  db.exec('CREATE INDEX delivery_due ON delivery (due_at) WHERE due_at IS NOT NULL')
  const insert = db.prepare('INSERT INTO delivery VALUES (?, ?, ?, ?)')
  db.exec('BEGIN')
  for (let n = 0; n < count; n++) insert.run('a-share-of-many', n, 'queued', 1)
  db.exec('COMMIT')
  const update = db.prepare('UPDATE delivery SET state = ?, due_at = ? WHERE share = ? AND n = ?')
  const began = performance.now()
  for (let n = 0; n < count; n += CONCURRENT) {
    for (const [state, due] of [['sending', 2] as const, ['accepted', null] as const]) {
      db.exec('BEGIN IMMEDIATE')
      for (let i = n; i < n + CONCURRENT; i++) update.run(state, due, 'a-share-of-many', i)
      db.exec('COMMIT')
    }
  }
  const perSecond = (count * 1_000) / (performance.now() - began)
  db.close()
  return perSecond
}
