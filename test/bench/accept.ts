import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { AccountId } from '#core/ids.ts'
import type { SharePlan } from '#ports/store/shares.ts'
import type { Store } from '#ports/store/store.ts'
import { sharePlan, someAccount } from '#test/contracts/store/plans.ts'
import { type Bench, median } from './bench.ts'
import { withStore } from './store-folder.ts'

const RECIPIENTS = 1_000
const ROUNDS = 25
const ACCOUNTS = 50
const GOAL = 0.3
/** How much slower accepting may be with a full store before it counts as slower: the noise of a run. */
const NOISE = 0.8

/**
 * Accepts shares with 1,000 new recipients each, beside the same rows inserted raw in one transaction, with an
 * empty store and with a full one.
 */
export const run: Bench = async (options) => {
  const stored = options.full ? 1_000_000 : options.quick ? 20_000 : 100_000
  return withStore(async (store, folder) => {
    const accounts = Array.from({ length: ACCOUNTS }, someAccount)
    const raw = openRaw(join(folder, 'raw.db'))
    await measure(store, raw, accounts, 5)
    const { ours: empty, reference } = await measure(store, raw, accounts, ROUNDS)
    await fill(store, accounts, stored)
    const full = await measure(store, raw, accounts, ROUNDS)
    raw.close()
    const ratio = reference / empty
    const kept = full.reference / full.ours / ratio
    return [
      {
        name: 'accept 1,000 recipients',
        value: empty,
        unit: 'ms',
        reference: { name: 'raw rows', value: reference },
        ratio,
        goal: { says: `≥ ${GOAL}`, met: ratio >= GOAL },
      },
      {
        name: `accept with ${stored.toLocaleString('en')} deliveries stored`,
        value: full.ours,
        unit: 'ms',
        reference: { name: 'raw rows', value: full.reference },
        ratio: full.reference / full.ours,
        goal: { says: 'no slower than with none', met: kept >= NOISE },
      },
    ]
  })
}

function thousand(account: AccountId): SharePlan {
  return sharePlan({ account, to: Array.from({ length: RECIPIENTS }, () => ({})) })
}

interface RawTable {
  insert(plan: SharePlan): void
  close(): void
}

/** Median times in ms, each round beside its reference, so that both see the same machine. */
async function measure(
  store: Store,
  raw: RawTable,
  accounts: readonly AccountId[],
  rounds: number,
): Promise<{ ours: number; reference: number }> {
  const ours: number[] = []
  const reference: number[] = []
  for (let i = 0; i < rounds; i++) {
    const plan = thousand(accounts[i % ACCOUNTS] as AccountId)
    const began = performance.now()
    await store.shares.accept(plan)
    const accepted = performance.now()
    raw.insert(plan)
    ours.push(accepted - began)
    reference.push(performance.now() - accepted)
  }
  return { ours: median(ours), reference: median(reference) }
}

async function fill(store: Store, accounts: readonly AccountId[], count: number): Promise<void> {
  for (let i = 0; i < count / RECIPIENTS; i++) {
    await store.shares.accept(thousand(accounts[i % ACCOUNTS] as AccountId))
  }
}

/** The same rows and sync, in a table with its primary key and the unique code, and nothing else. */
function openRaw(file: string): RawTable {
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = WAL')
  db.exec('PRAGMA synchronous = FULL')
  db.exec(`CREATE TABLE delivery (share TEXT, n INTEGER, code TEXT UNIQUE, account TEXT,
    channel TEXT, connection TEXT, value TEXT, recipient TEXT, name TEXT, endpoint TEXT,
    cost INTEGER, state TEXT, due_at INTEGER, deadline_at INTEGER, PRIMARY KEY (share, n)
  ) WITHOUT ROWID, STRICT`)
  const insert = db.prepare(
    'INSERT INTO delivery VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  return {
    insert(plan) {
      const due = Date.now()
      db.exec('BEGIN IMMEDIATE')
      for (const { n, code, lane, address, recipient, name, endpoint, cost } of plan.deliveries) {
        const { channel, connection } = lane
        const who = [plan.account, channel, connection, address.value, recipient, name, endpoint]
        insert.run(plan.id, n, code, ...who, cost, 'queued', due, due)
      }
      db.exec('COMMIT')
    },
    close: () => db.close(),
  }
}
