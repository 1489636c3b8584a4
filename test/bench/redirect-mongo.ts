/**
 * The redirect on MongoDB, recording by way of the spool, beside the redirect on the embedded store: both on one
 * core in turns, loaded from another. The database has what they leave.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '#ports/store/store.ts'
import type { Bench, BenchResult } from './bench.ts'
import type { LoadResult } from './redirect/load.ts'
import { CONNECTIONS, createLoading, RECIPIENTS, SHARES } from './redirect/loading.ts'
import {
  countedVisits,
  mergedVisits,
  type PlantedLinks,
  plantLinks,
  plantLinksIn,
  type StoredVisits,
} from './redirect/planted-links.ts'
import { startProduct } from './redirect/server.ts'
import { speedOf } from './redirect/speeds.ts'
import { type FleetGround, onFleetGround } from './servers.ts'
import { openMongoStore } from './stores.ts'

const GOAL = 0.8
/** In which every code is visited once, and is known from then on. */
const WARM_UP_S = 3
/** In which everything that was answered must be merged, once the load has ended. */
const MERGED_MS = 180_000

export const run: Bench = ({ quick }, servers) =>
  onFleetGround(servers, 'redirect on MongoDB', async (fresh) => {
    const ground = await fresh()
    const folder = mkdtempSync(join(tmpdir(), 'passalong-redirect-'))
    const store = await openMongoStore(ground.uri)
    try {
      return await measure(folder, ground, store, quick ? 1 : 10, 3)
    } finally {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })

async function measure(
  folder: string,
  { uri, redisUrl }: FleetGround,
  store: Store,
  seconds: number,
  rounds: number,
): Promise<BenchResult[]> {
  const dataDir = join(folder, 'data')
  const embeddedLinks = await plantLinks(dataDir, SHARES, RECIPIENTS)
  const links = await plantLinksIn(store, SHARES, RECIPIENTS)
  const load = createLoading(folder)

  const embedded = await startProduct({ DATA_DIR: dataDir })
  const remote = await startProduct({
    DATA_DIR: join(folder, 'remote'),
    ROLE: 'web',
    MONGODB_URI: uri,
    REDIS_URL: redisUrl,
    SESSION_SECRET: 'a secret for benchmarks that is long enough',
  })
  const before: LoadResult[] = []
  const measured: LoadResult[] = []
  await load(embedded.port, embeddedLinks, WARM_UP_S)
  let { answered } = await load(remote.port, links, WARM_UP_S)
  let mergedIn = await untilMerged(store, links, answered)
  for (let round = 0; round < rounds; round++) {
    before.push(await load(embedded.port, embeddedLinks, seconds))
    const result = await load(remote.port, links, seconds)
    measured.push(result)
    answered += result.answered
    mergedIn = await untilMerged(store, links, answered)
  }
  await embedded.end('SIGTERM')
  await remote.end('SIGTERM')
  const sums = await mergedVisits(store, links.shares)
  return [...speeds(before, measured), stored(sums, answered, mergedIn)]
}

/** Seconds until as many visits are merged as were answered, so that no run works on another's remains. */
async function untilMerged(store: Store, links: PlantedLinks, answered: number): Promise<number> {
  const began = performance.now()
  for (;;) {
    const counted = await countedVisits(store, links.shares)
    const ms = performance.now() - began
    if (counted >= answered || ms > MERGED_MS) return ms / 1_000
    await sleep(500)
  }
}

function speeds(embedded: readonly LoadResult[], remote: readonly LoadResult[]): BenchResult[] {
  const rate = speedOf('perSecond', remote, embedded)
  const late = speedOf('p99Ms', remote, embedded)
  return [
    {
      name: `redirect on MongoDB (${CONNECTIONS} connections, ${SHARES * RECIPIENTS} codes)`,
      value: rate.value,
      unit: '/s',
      reference: { name: 'on SQLite', value: rate.reference },
      ratio: rate.ratio,
      goal: { says: `≥ ${GOAL}`, met: rate.ratio >= GOAL },
    },
    {
      name: 'redirect on MongoDB, p99',
      value: late.value,
      unit: 'ms',
      reference: { name: 'on SQLite', value: late.reference },
      ratio: 1 / late.ratio,
    },
  ]
}

function stored(
  { counted, listed, inStats }: StoredVisits,
  answered: number,
  seconds: number,
): BenchResult {
  const met = counted === answered && counted === listed && counted === inStats
  return {
    name: 'redirect on MongoDB, visits stored',
    value: counted,
    unit: 'visits',
    reference: { name: 'answered', value: answered },
    ratio: counted / answered,
    goal: { says: 'each once, counters = lists', met },
    note: `all merged ${seconds.toFixed(1)} s after the last load`,
  }
}
