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
    const reference = rawInserts(join(folder, 'raw.db'))
    await acceptRounds(store, accounts, 5)
    const empty = await acceptRounds(store, accounts, ROUNDS)
    await fill(store, accounts, stored)
    const full = await acceptRounds(store, accounts, ROUNDS)
    const ratio = reference / empty
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
        value: full,
        unit: 'ms',
        reference: { name: 'empty store', value: empty },
        ratio: empty / full,
        goal: { says: 'no slower', met: empty / full >= NOISE },
      },
    ]
  })
}

function thousand(account: AccountId): SharePlan {
  return sharePlan({ account, to: Array.from({ length: RECIPIENTS }, () => ({})) })
}

/** The median time of one accept, in ms. */
async function acceptRounds(
  store: Store,
  accounts: readonly AccountId[],
  rounds: number,
): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < rounds; i++) {
    const plan = thousand(accounts[i % ACCOUNTS] as AccountId)
    const began = performance.now()
    await store.shares.accept(plan)
    times.push(performance.now() - began)
  }
  return median(times)
}

async function fill(store: Store, accounts: readonly AccountId[], count: number): Promise<void> {
  for (let i = 0; i < count / RECIPIENTS; i++) {
    await store.shares.accept(thousand(accounts[i % ACCOUNTS] as AccountId))
  }
}

/** The same rows and sync, in a table with its primary key and the unique code, and nothing else. */
function rawInserts(file: string): number {
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
  const times: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    const plan = thousand(someAccount())
    const due = Date.now()
    const began = performance.now()
    db.exec('BEGIN IMMEDIATE')
    for (const { n, code, lane, address, recipient, name, endpoint, cost } of plan.deliveries) {
      insert.run(
        plan.id,
        n,
        code,
        plan.account,
        lane.channel,
        lane.connection,
        address.value,
        recipient,
        name,
        endpoint,
        cost,
        'queued',
        due,
        due,
      )
    }
    db.exec('COMMIT')
    times.push(performance.now() - began)
  }
  db.close()
  return median(times)
}
