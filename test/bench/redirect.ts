/**
 * The redirect, recording, beside a bare Koa that answers from a Map: both on one core in turns, loaded from
 * another; then the same under kill -9, to see that what was answered is stored.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Bench, type BenchResult, median } from './bench.ts'
import { LOAD_CORE, MEASURED_CORE, pinned, runPinned } from './pinned.ts'
import type { LoadPlan, LoadResult } from './redirect/load.ts'
import { type PlantedLinks, plantLinks, storedVisits } from './redirect/planted-links.ts'
import { browserAgents, clientAddresses } from './redirect/visitors.ts'

const CONNECTIONS = 64
const SHARES = 40
const RECIPIENTS = 50
const AGENTS = 200
const ADDRESSES = 4_000
const MAIN = new URL('../../src/main.ts', import.meta.url)
const REFERENCE = new URL('./redirect/reference-server.ts', import.meta.url)
const LOAD = new URL('./redirect/load.ts', import.meta.url)

interface Server {
  readonly port: number
  end(signal: NodeJS.Signals): Promise<void>
}

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
  const file = (name: string, value: unknown): string => {
    writeFileSync(join(folder, name), JSON.stringify(value))
    return join(folder, name)
  }
  const map = file(
    'targets.json',
    links.paths.map((path) => [path.slice(3), links.target]),
  )
  const load = (port: number, forSeconds: number): Promise<LoadResult> => {
    const plan: LoadPlan = {
      port,
      connections: CONNECTIONS,
      seconds: forSeconds,
      paths: links.paths,
      agents: browserAgents(AGENTS),
      addresses: clientAddresses(ADDRESSES),
    }
    return runPinned<LoadResult>(LOAD_CORE, LOAD, [file(`plan-${port}.json`, plan)])
  }

  const reference = await startServer([fileURLToPath(REFERENCE), map])
  const ours = await startServer([fileURLToPath(MAIN)], dataDir)
  const bare: LoadResult[] = []
  const recorded: LoadResult[] = []
  let answered = 0
  for (const server of [reference, ours]) {
    const warm = await load(server.port, 1)
    if (server === ours) answered += warm.answered
  }
  for (let round = 0; round < rounds; round++) {
    bare.push(await load(reference.port, seconds))
    recorded.push(await load(ours.port, seconds))
  }
  await reference.end('SIGTERM')
  await ours.end('SIGTERM')
  answered += recorded.reduce((sum, result) => sum + result.answered, 0)
  const stopped = await kept('SIGTERM', dataDir, links, answered, 0)

  const killed = await startServer([fileURLToPath(MAIN)], dataDir)
  const loading = load(killed.port, 30)
  await new Promise((resolve) => setTimeout(resolve, 2_500))
  await killed.end('SIGKILL')
  answered += (await loading).answered
  return [
    ...speeds(bare, recorded),
    stopped,
    await kept('kill -9', dataDir, links, answered, CONNECTIONS),
  ]
}

/** Ratios are those of neighbouring runs, so that what else the machine does weighs on both. */
function speeds(bare: readonly LoadResult[], recorded: readonly LoadResult[]): BenchResult[] {
  const of = (results: readonly LoadResult[], name: 'perSecond' | 'p99Ms'): number =>
    median(results.map((result) => result[name]))
  const ratioOf = (name: 'perSecond' | 'p99Ms'): number =>
    median(recorded.map((result, i) => result[name] / (bare[i]?.[name] ?? Number.NaN)))
  const ratio = ratioOf('perSecond')
  const lateRatio = ratioOf('p99Ms')
  return [
    {
      name: `redirect, recording (${CONNECTIONS} connections, ${SHARES * RECIPIENTS} codes)`,
      value: of(recorded, 'perSecond'),
      unit: '/s',
      reference: { name: 'bare Koa', value: of(bare, 'perSecond') },
      ratio,
      goal: { says: '≥ 0.8', met: ratio >= 0.8 },
    },
    {
      name: 'redirect, p99',
      value: of(recorded, 'p99Ms'),
      unit: 'ms',
      reference: { name: 'bare Koa', value: of(bare, 'p99Ms') },
      ratio: 1 / lateRatio,
      goal: { says: 'at most 2.5 × the reference', met: lateRatio <= 2.5 },
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

async function startServer(args: readonly string[], dataDir = ''): Promise<Server> {
  const [program = '', ...rest] = pinned(MEASURED_CORE, [process.execPath, ...args])
  const { PATH, HOME } = process.env
  const own = { DATA_DIR: dataDir, PORT: '0', TRUSTED_PROXIES: '127.0.0.0/8', LOG_LEVEL: 'error' }
  const child = spawn(program, rest, {
    env: { PATH, HOME, NODE_ENV: 'production', ...(dataDir ? own : {}) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  while (!/ready: \S+/.test(output)) {
    if (child.exitCode !== null) throw new Error(`the server ended: ${output}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return {
    port: Number(/ready: http:\/\/[^:]+:(\d+)/.exec(output)?.[1]),
    async end(signal) {
      const gone = once(child, 'exit')
      child.kill(signal)
      await gone
    },
  }
}
