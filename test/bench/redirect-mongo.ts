/**
 * The redirect on MongoDB, recording by way of the spool, beside the redirect on the embedded store: both on one
 * core in turns. The load and the database are kept off that core, as they are on other machines.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '#ports/store/store.ts'
import { processTree } from '#test/services/process-tree.ts'
import { type Bench, type BenchResult, median } from './bench.ts'
import { sparing } from './pinned.ts'
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
import { type Server, startProduct } from './redirect/server.ts'
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
    const servers = sparing(processTree(process.pid).slice(1))
    try {
      return await measure(folder, ground, store, quick ? 1 : 10, 3)
    } finally {
      servers.end()
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
  const before: Loaded[] = []
  const measured: Loaded[] = []
  const onCore = async (server: Server, to: PlantedLinks): Promise<Loaded> => {
    const cpuBefore = server.cpuSeconds()
    const result = await load(server.port, to, seconds)
    return { ...result, cpuUs: ((server.cpuSeconds() - cpuBefore) * 1e6) / result.answered }
  }
  await load(embedded.port, embeddedLinks, WARM_UP_S)
  let { answered } = await load(remote.port, links, WARM_UP_S)
  let mergedIn = await untilMerged(store, links, answered)
  for (let round = 0; round < rounds; round++) {
    before.push(await onCore(embedded, embeddedLinks))
    const result = await onCore(remote, links)
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

/** With what one redirect took of the core, all that belongs to it included: storing, merging. */
type Loaded = LoadResult & { readonly cpuUs: number }

function speeds(embedded: readonly Loaded[], remote: readonly Loaded[]): BenchResult[] {
  const rate = speedOf('perSecond', remote, embedded)
  const late = speedOf('p99Ms', remote, embedded)
  const [cost, embeddedCost] = [remote, embedded].map((all) =>
    median(all.map(({ cpuUs }) => cpuUs)),
  )
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
    {
      name: 'redirect on MongoDB, of its core',
      value: cost ?? Number.NaN,
      unit: 'µs each',
      reference: { name: 'on SQLite', value: embeddedCost ?? Number.NaN },
      ratio: (embeddedCost ?? Number.NaN) / (cost ?? Number.NaN),
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
