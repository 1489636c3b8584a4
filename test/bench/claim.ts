import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bench, type BenchResult, median } from './bench.ts'
import { claimsPerSecond, plantDue } from './claim/claim-and-settle.ts'
import { rawDocumentUpdates, rawUpdates } from './claim/raw-updates.ts'
import { onDatabase } from './servers.ts'
import { IN_MEMORY, withMongoStore, withSqliteStore } from './stores.ts'

const COUNT = 10_000
const CONCURRENT = 50
const GOAL = 15_000
/** Fewer calls take longer there, and one worker has more of them under way. */
const MONGO_COUNT = 5_000
const MONGO_CONCURRENT = 100
const MONGO_GOAL = 1_500

interface Rates {
  readonly ours: number
  readonly raw: number
}

/** Claims and settles deliveries, beside two raw updates of each row or document, 50 in a commit. */
export const run: Bench = async ({ quick }, servers) => {
  const rounds = quick ? 1 : 5
  const results = [
    claimed(`claim + settle, ${CONCURRENT} concurrent`, await onSqlite(rounds, tmpdir()), GOAL),
  ]
  if (IN_MEMORY) {
    const rates = await onSqlite(rounds, IN_MEMORY)
    const { goal: _none, ...result } = claimed('the same without the disk', rates, GOAL)
    results.push(result)
  }
  const name = `claim + settle on MongoDB, ${MONGO_CONCURRENT} concurrent`
  const remote = await onDatabase(servers, name, async (fresh) => [
    claimed(name, await onMongo(rounds, await fresh()), MONGO_GOAL),
  ])
  return [...results, ...remote]
}

function claimed(name: string, { ours, raw }: Rates, goal: number): BenchResult {
  return {
    name,
    value: ours,
    unit: '/s',
    reference: { name: 'raw updates', value: raw },
    ratio: ours / raw,
    goal: { says: `≥ ${goal.toLocaleString('en')}/s`, met: ours >= goal },
  }
}

/** Medians per second; each round has a fresh store, and its reference beside it. */
function onSqlite(rounds: number, root: string): Promise<Rates> {
  return medians(rounds, () =>
    withSqliteStore(
      async (store, folder) => ({
        ours: await claimsPerSecond(store, await plantDue(store, COUNT), CONCURRENT),
        raw: rawUpdates(join(folder, 'raw.db'), COUNT),
      }),
      { root },
    ),
  )
}

/** The first round, which compiles, is not counted. */
async function onMongo(rounds: number, uri: string): Promise<Rates> {
  const measure = (): Promise<Rates> =>
    withMongoStore(uri, async (store, connection) => {
      const due = await plantDue(store, MONGO_COUNT)
      return {
        ours: await claimsPerSecond(store, due, MONGO_CONCURRENT),
        raw: await rawDocumentUpdates(connection, MONGO_COUNT),
      }
    })
  await measure()
  return medians(rounds, measure)
}

async function medians(rounds: number, measure: () => Promise<Rates>): Promise<Rates> {
  const measured: Rates[] = []
  for (let i = 0; i < rounds; i++) measured.push(await measure())
  return {
    ours: median(measured.map(({ ours }) => ours)),
    raw: median(measured.map(({ raw }) => raw)),
  }
}
