/**
 * The redirect, recording, beside a bare Koa that answers from a Map: both on one core in turns, loaded from
 * another; then the same under kill -9, to see that what was answered is stored.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Bench, BenchResult } from './bench.ts'
import type { LoadResult } from './redirect/load.ts'
import { CONNECTIONS, createLoading, RECIPIENTS, SHARES } from './redirect/loading.ts'
import { type PlantedLinks, plantLinks, storedVisits } from './redirect/planted-links.ts'
import { startProduct, startServer } from './redirect/server.ts'
import { speedOf } from './redirect/speeds.ts'

const REFERENCE = new URL('./redirect/reference-server.ts', import.meta.url)
/** Into the load, when nothing waits to be compiled any more. */
const KILL_AFTER_MS = 2_500

export const run: Bench = async ({ quick }) => {
  const folder = mkdtempSync(join(tmpdir(), 'passalong-redirect-'))
  try {
    return await measure(folder, quick ? 1 : 10, 3)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(folder: string, seconds: number, rounds: number): Promise<BenchResult[]> {
  const dataDir = join(folder, 'data')
  const links = await plantLinks(dataDir, SHARES, RECIPIENTS)
  const targets = join(folder, 'targets.json')
  writeFileSync(targets, JSON.stringify(links.paths.map((path) => [path.slice(3), links.target])))
  const load = createLoading(folder)

  const reference = await startServer([fileURLToPath(REFERENCE), targets])
  const ours = await startProduct({ DATA_DIR: dataDir })
  const bare: LoadResult[] = []
  const recorded: LoadResult[] = []
  await load(reference.port, links, 1)
  let { answered } = await load(ours.port, links, 1)
  for (let round = 0; round < rounds; round++) {
    bare.push(await load(reference.port, links, seconds))
    recorded.push(await load(ours.port, links, seconds))
  }
  await reference.end('SIGTERM')
  await ours.end('SIGTERM')
  answered += recorded.reduce((sum, result) => sum + result.answered, 0)
  const stopped = await kept('SIGTERM', dataDir, links, answered, 0)

  const killed = await startProduct({ DATA_DIR: dataDir })
  const loading = load(killed.port, links, 30)
  await sleep(KILL_AFTER_MS)
  await killed.end('SIGKILL')
  answered += (await loading).answered
  return [
    ...speeds(bare, recorded),
    stopped,
    await kept('kill -9', dataDir, links, answered, CONNECTIONS),
  ]
}

function speeds(bare: readonly LoadResult[], recorded: readonly LoadResult[]): BenchResult[] {
  const rate = speedOf('perSecond', recorded, bare)
  const late = speedOf('p99Ms', recorded, bare)
  return [
    {
      name: `redirect, recording (${CONNECTIONS} connections, ${SHARES * RECIPIENTS} codes)`,
      value: rate.value,
      unit: '/s',
      reference: { name: 'bare Koa', value: rate.reference },
      ratio: rate.ratio,
      goal: { says: '≥ 0.8', met: rate.ratio >= 0.8 },
    },
    {
      name: 'redirect, p99',
      value: late.value,
      unit: 'ms',
      reference: { name: 'bare Koa', value: late.reference },
      ratio: 1 / late.ratio,
      goal: { says: 'at most 2.5 × the reference', met: late.ratio <= 2.5 },
    },
  ]
}

/** Each connection may have had one visit stored whose answer was on its way when the server died. */
async function kept(
  how: string,
  dataDir: string,
  links: PlantedLinks,
  answered: number,
  inFlight: number,
): Promise<BenchResult> {
  const { counted, listed, inStats } = await storedVisits(dataDir, links.shares)
  const agree = counted === listed && counted === inStats
  const met = agree && counted >= answered && counted - answered <= inFlight
  return {
    name: `redirect, visits stored after ${how} under load`,
    value: counted,
    unit: 'visits',
    reference: { name: 'answered', value: answered },
    ratio: counted / answered,
    goal: { says: `none lost, at most ${inFlight} on their way, counters = lists`, met },
  }
}
