import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism, cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Progress, Work } from './work.ts'

export const ENGINE = new URL('./engine-process.ts', import.meta.url)
export const BARE = new URL('./bare-process.ts', import.meta.url)

/** From the first send on, until compiled code and full pools are what is measured. */
const WARM_UP_MS = 2_000
const FIRST_SEND_MS = 30_000
/** From here on a core counts as full. */
const FULL = 0.9

/** What processes did in the time that was measured. */
export interface Throughput {
  readonly perSecond: number
  /** Done by the end, the warm-up with it. */
  readonly done: number
  /** Cores that the busiest of the processes took. */
  readonly busiest: number
  /** Cores that all of them took together. */
  readonly workers: number
  /** Cores that everything on this machine took: workers, database, Redis, and whatever else there was. */
  readonly machine: number
}

/** Runs so many processes on the same work, for so long after they are warm. */
export async function measureProcesses(
  script: URL,
  count: number,
  work: Work,
  seconds: number,
): Promise<Throughput> {
  const running = Array.from({ length: count }, () =>
    fork(fileURLToPath(script), [JSON.stringify(work)]),
  )
  try {
    await untilAllSend(running)
    await sleep(WARM_UP_MS)
    const before = await look(running)
    await sleep(seconds * 1_000)
    return between(before, await look(running))
  } finally {
    await Promise.all(running.map(end))
  }
}

/** Whether more could not be had from this machine. */
export function isFull({ busiest, machine }: Throughput): boolean {
  return busiest >= FULL || machine >= FULL * availableParallelism()
}

/** Where the time went. */
export function describeCores({ busiest, workers, machine }: Throughput): string {
  const all = availableParallelism()
  const used = `cores busy: ${machine.toFixed(1)} of ${all}, workers ${workers.toFixed(1)}`
  return `${used} (the busiest ${busiest.toFixed(2)})`
}

interface Look {
  readonly at: number
  readonly machineMs: number
  readonly progress: readonly Progress[]
}

async function look(running: readonly ChildProcess[]): Promise<Look> {
  const progress = await Promise.all(running.map(ask))
  return { at: performance.now(), machineMs: busyMs(), progress }
}

function between(before: Look, after: Look): Throughput {
  const ms = after.at - before.at
  const cores = after.progress.map((now, i) => (now.cpuMs - (before.progress[i]?.cpuMs ?? 0)) / ms)
  const done = doneIn(after)
  return {
    perSecond: ((done - doneIn(before)) * 1_000) / ms,
    done,
    busiest: Math.max(...cores),
    workers: cores.reduce((sum, one) => sum + one, 0),
    machine: (after.machineMs - before.machineMs) / ms,
  }
}

function doneIn({ progress }: Pick<Look, 'progress'>): number {
  return progress.reduce((sum, { done }) => sum + done, 0)
}

/** Milliseconds that all cores together were not idle, since the machine's start. */
function busyMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
}

async function untilAllSend(running: readonly ChildProcess[]): Promise<void> {
  const until = performance.now() + FIRST_SEND_MS
  while ((await Promise.all(running.map(ask))).some(({ done }) => done === 0)) {
    if (performance.now() > until) throw new Error('a worker does not send')
    await sleep(50)
  }
}

/** Throws where the process has ended. */
async function ask(child: ChildProcess): Promise<Progress> {
  const asked = new AbortController()
  const { signal } = asked
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a worker ended with ${code}`)
  })
  try {
    child.send('progress')
    const [progress] = await Promise.race([once(child, 'message', { signal }), ended])
    return progress as Progress
  } finally {
    asked.abort()
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const gone = once(child, 'exit')
  child.disconnect()
  await gone
}
