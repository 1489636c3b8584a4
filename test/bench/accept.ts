import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { AccountId } from '#core/ids.ts'
import type { SharePlan } from '#ports/store/shares.ts'
import type { Store } from '#ports/store/store.ts'
import { sharePlan, someAccount } from '#test/contracts/store/plans.ts'
import { createSqliteTable, type RawTable } from './accept/raw.ts'
import { createRawCollection } from './accept/raw-documents.ts'
import { type Bench, type BenchResult, median } from './bench.ts'
import { onDatabase } from './servers.ts'
import { withMongoStore, withSqliteStore } from './stores.ts'

const RECIPIENTS = 1_000
const ROUNDS = 25
const WARM_UP = 5
const ACCOUNTS = 50
const GOAL = 0.3
/** How much slower accepting may be with a full store before it counts as slower: the noise of a run. */
const NOISE = 0.8

/**
 * Accepts shares with 1,000 new recipients each, beside the same deliveries inserted raw: on the embedded store
 * with an empty one and with a full one, and on MongoDB.
 */
export const run: Bench = async (options, servers) => {
  const stored = options.full ? 1_000_000 : options.quick ? 20_000 : 100_000
  const rounds = options.quick ? 5 : ROUNDS
  return [
    ...(await onSqlite(stored)),
    ...(await onDatabase(servers, `accept ${RECIPIENTS} recipients on MongoDB`, async (fresh) =>
      onMongo(await fresh(), rounds),
    )),
  ]
}

function onSqlite(stored: number): Promise<BenchResult[]> {
  return withSqliteStore(async (store, folder) => {
    const accounts = Array.from({ length: ACCOUNTS }, someAccount)
    const db = new DatabaseSync(join(folder, 'raw.db'))
    const raw = createSqliteTable(db)
    await measure(store, raw, accounts, WARM_UP)
    const { ours: empty, reference } = await measure(store, raw, accounts, ROUNDS)
    await fill(store, accounts, stored)
    const full = await measure(store, raw, accounts, ROUNDS)
    db.close()
    const ratio = reference / empty
    const kept = full.reference / full.ours / ratio
    return [
      accepted('accept 1,000 recipients', { ours: empty, reference }),
      {
        ...accepted(`accept with ${stored.toLocaleString('en')} deliveries stored`, full),
        goal: { says: 'no slower than with none', met: kept >= NOISE },
      },
    ]
  })
}

function onMongo(uri: string, rounds: number): Promise<BenchResult[]> {
  return withMongoStore(uri, async (store, connection) => {
    const accounts = Array.from({ length: ACCOUNTS }, someAccount)
    const raw = await createRawCollection(connection)
    await measure(store, raw, accounts, WARM_UP)
    const times = await measure(store, raw, accounts, rounds)
    return [accepted('accept 1,000 recipients on MongoDB', times)]
  })
}

interface Times {
  readonly ours: number
  readonly reference: number
}

function accepted(name: string, { ours, reference }: Times): BenchResult {
  const ratio = reference / ours
  return {
    name,
    value: ours,
    unit: 'ms',
    reference: { name: 'raw inserts', value: reference },
    ratio,
    goal: { says: `≥ ${GOAL}`, met: ratio >= GOAL },
  }
}

function thousand(account: AccountId): SharePlan {
  return sharePlan({ account, to: Array.from({ length: RECIPIENTS }, () => ({})) })
}

/** Median times in ms, each round beside its reference, so that both see the same machine. */
async function measure(
  store: Store,
  raw: RawTable,
  accounts: readonly AccountId[],
  rounds: number,
): Promise<Times> {
  const ours: number[] = []
  const reference: number[] = []
  for (let i = 0; i < rounds; i++) {
    const plan = thousand(accounts[i % ACCOUNTS] as AccountId)
    ours.push(await timed(() => store.shares.accept(plan)))
    reference.push(await timed(await raw.prepare(plan)))
  }
  return { ours: median(ours), reference: median(reference) }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

async function fill(store: Store, accounts: readonly AccountId[], count: number): Promise<void> {
  for (let i = 0; i < count / RECIPIENTS; i++) {
    await store.shares.accept(thousand(accounts[i % ACCOUNTS] as AccountId))
  }
}
