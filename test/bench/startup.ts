import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bench, type BenchResult, median } from './bench.ts'

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname
const READY_GOAL_MS = 1_000
const MEMORY_GOAL_MB = 120

interface Start {
  readonly readyMs: number
  readonly memoryMb: number
}

/**
 * From nothing to ready, and the memory held then, each on a new data folder; beside an empty Node process. The
 * first start compiles, later ones find that done, as with `npm start`.
 */
export const run: Bench = async ({ quick }) => {
  const cache = await mkdtemp(join(tmpdir(), 'passalong-compiled-'))
  const starts: Start[] = []
  const empty: Start[] = []
  const first = await measure([MAIN], cache)
  for (let i = 0; i < (quick ? 3 : 7); i++) {
    empty.push(await measure(['-e', 'console.log("ready"); setTimeout(() => {}, 60_000)'], cache))
    starts.push(await measure([MAIN], cache))
  }
  await rm(cache, { recursive: true, force: true })
  return [
    { name: 'very first start-up', value: first.readyMs, unit: 'ms' },
    { name: 'resident memory then', value: first.memoryMb, unit: 'MB' },
    result('start-up to ready', 'ms', 'empty Node', starts, empty, 'readyMs', READY_GOAL_MS),
    result('resident memory', 'MB', 'empty Node', starts, empty, 'memoryMb', MEMORY_GOAL_MB),
  ]
}

function result(
  name: string,
  unit: string,
  reference: string,
  starts: readonly Start[],
  empty: readonly Start[],
  field: keyof Start,
  goal: number,
): BenchResult {
  const value = median(starts.map((start) => start[field]))
  return {
    name,
    value,
    unit,
    reference: { name: reference, value: median(empty.map((start) => start[field])) },
    goal: { says: `< ${goal} ${unit}`, met: value < goal },
  }
}

async function measure(args: readonly string[], cache: string): Promise<Start> {
  const dataDir = await mkdtemp(join(tmpdir(), 'passalong-bench-'))
  const { PATH } = process.env
  const begun = performance.now()
  const child = spawn(process.execPath, args, {
    env: { PATH, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'error', NODE_COMPILE_CACHE: cache },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  try {
    for await (const text of child.stdout) if (/ready/.test(String(text))) break
    const readyMs = performance.now() - begun
    return { readyMs, memoryMb: await residentMb(child.pid) }
  } finally {
    child.kill('SIGTERM')
    await closed
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Linux's own count; elsewhere not known. */
async function residentMb(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024
}
