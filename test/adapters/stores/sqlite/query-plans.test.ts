import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Database, openDatabase } from '#adapters/stores/sqlite/database.ts'
import { composeStore } from '#adapters/stores/sqlite/store.ts'
import { steadyClock } from '#adapters/stores/steady-clock.ts'
import type { AccountId } from '#core/ids.ts'
import type { DueDelivery } from '#ports/store/deliveries.ts'
import type { Store } from '#ports/store/store.ts'
import { randomBytes, testClock } from '#test/contracts/store/harness.ts'
import {
  claimed,
  dueRequest,
  HOUR,
  retryIn,
  sendOne,
  sharePlan,
  someAccount,
} from '#test/contracts/store/plans.ts'
import { type TempFolder, tempFolder } from './harness.ts'

const ACCOUNTS = 50
const SHARES = 400
const EACH = 250

/** Statements that may look at every row, and why. */
const MAY_SCAN: Readonly<Record<string, string>> = {
  'SELECT count(*) AS n FROM account': 'accounts are few',
  'SELECT id, display_name AS displayName FROM account': 'asks for all of them',
  'SELECT * FROM connection_down': 'asks for all of them',
}
/** Operators are few. */
const SMALL = /FROM account\s+WHERE role/
/** The operator's metrics: reads the index of what is due, once a look. */
const METRICS = /min\(due_at\)/
/** Ended leases, once at the start: the index holds those alone. */
const AT_START = /DELETE FROM held_name$|state = 'sending'$/

let folder: TempFolder
let db: Database
let store: Store
const accounts: readonly AccountId[] = Array.from({ length: ACCOUNTS }, someAccount)

beforeAll(async () => {
  folder = tempFolder()
  const clock = testClock()
  db = openDatabase(`${folder.path}/plans.db`, steadyClock(clock))
  store = composeStore(db, { clock, randomBytes }, () => {})
  const to = Array.from({ length: EACH }, (_, i) => ({ value: `p${i}@example.org` }))
  for (let i = 0; i < SHARES; i++) {
    const account = accounts[i % ACCOUNTS] as AccountId
    await store.shares.accept(
      sharePlan({ account, to, now: clock.now(), due: { inMs: (i % 2) * HOUR } }),
    )
    clock.advance(10)
  }
  await sendSome()
})

/** Runs what writes deliveries, so that its statements are among the prepared. */
async function sendSome(): Promise<void> {
  const page = await store.deliveries.due(dueRequest({ lanes: 5, perLane: 2 }))
  for (const { id } of page) {
    await sendOne(store, id, retryIn(0), { providerIds: [`p-${id}`], reach: { chat: '1' } })
    await claimed(store, id, { cap: { fromSender: 5, fromAll: 5, windowMs: HOUR } })
    const { epoch } = page[0] as DueDelivery
    await store.deliveries.defer(id, epoch, 0, 'throttled')
    await store.deliveries.move(id, { from: ['sending'], to: 'recalled', reason: null })
  }
}

afterAll(async () => {
  await store.close()
  folder.remove()
})

it('reads no table from end to end, in any statement', () => {
  const raw = new DatabaseSync(db.file, { readOnly: true })
  const scans: string[] = []
  for (const sql of db.prepared()) {
    if (/^(BEGIN|COMMIT|ROLLBACK|PRAGMA)/.test(sql) || sql.trim() in MAY_SCAN) continue
    if (SMALL.test(sql) || METRICS.test(sql) || AT_START.test(sql)) continue
    const plan = raw.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]
    const bad = plan.filter(({ detail }) =>
      /^SCAN (?!CONSTANT)|TEMP B-TREE FOR ORDER BY/.test(detail),
    )
    if (bad.length > 0) scans.push(`${sql}\n  ${bad.map(({ detail }) => detail).join('\n  ')}`)
  }
  raw.close()
  expect(scans).toEqual([])
})

it('covers the statements that run all day', () => {
  const all = db.prepared().join('\n')
  for (const part of [
    'AND due_at <= ?',
    'INSERT INTO delivery',
    'UPDATE delivery SET state = ?, ',
    'arrivals IS NOT NULL',
    'FROM provider_ref',
    'FROM parked_receipt',
    'deadline_at <= :now',
    'changed_share',
    'FROM share WHERE account',
    'FROM known_endpoint',
    'final_at <= ?',
    'FROM reply WHERE answer_channel',
    'FROM reply WHERE budget',
  ]) {
    expect(all).toContain(part)
  }
})

/** A busy machine makes some runs slow; a query that reads too much makes all of them. */
async function fastestOf(run: () => Promise<unknown>): Promise<number> {
  let fastest = Infinity
  for (let i = 0; i < 6; i++) {
    const began = performance.now()
    await run()
    fastest = Math.min(fastest, performance.now() - began)
  }
  return fastest
}

it('finds due work, listings and recents among 100,000 deliveries in milliseconds', async () => {
  const [account] = accounts as [AccountId]
  const { deliveries, shares } = store
  const work: Readonly<Record<string, () => Promise<unknown>>> = {
    due: () => deliveries.due(dueRequest({ lanes: 50, perLane: 10 })),
    next: () => deliveries.nextDueInMs(['email', 'sms']),
    page: () => shares.page(account, { limit: 20, cursor: null }),
    recents: () => deliveries.recents(account, 10),
    expire: () => deliveries.expire(100),
    revise: () => shares.revise(100),
    blank: () => shares.blank(HOUR, 100),
  }
  const slow: string[] = []
  for (const [name, run] of Object.entries(work)) {
    const ms = await fastestOf(run)
    if (ms > 25) slow.push(`${name}: ${ms.toFixed(1)} ms`)
  }
  expect(slow).toEqual([])
})
