import type { Bench, BenchResult } from './bench.ts'
import { type FleetGround, onFleetGround } from './servers.ts'
import { plantBacklog } from './workers/backlog.ts'
import {
  describeCores,
  ENGINE,
  isFull,
  measureProcesses,
  type Throughput,
} from './workers/processes.ts'

const SEND_MS = 50
const CONCURRENCY = 10
/** What one worker can do at most. */
const MOST_PER_SECOND = (CONCURRENCY * 1_000) / SEND_MS
const bySleeping = { name: 'the channel alone', value: MOST_PER_SECOND }
/** Start and warm-up, for which there must be work as well. */
const BEFORE_S = 8
const GOAL = 0.9

/** Processes that send over a channel which takes 50 ms, on one MongoDB and one Redis; beside as many times one. */
export const run: Bench = async ({ quick }, servers) => {
  const counts = quick ? [1, 2] : [1, 2, 4, 8]
  const seconds = quick ? 3 : 10
  return onFleetGround(servers, `workers with a channel of ${SEND_MS} ms`, async (fresh) => {
    const results: BenchResult[] = []
    let alone: number | undefined
    for (const count of counts) {
      const throughput = await measure(await fresh(), count, seconds)
      alone ??= throughput.perSecond
      results.push(scaled(throughput, count, alone))
    }
    return results
  })
}

async function measure(ground: FleetGround, count: number, seconds: number): Promise<Throughput> {
  const planted = await plantBacklog(ground, count * MOST_PER_SECOND * (seconds + BEFORE_S))
  const work = { ...ground, concurrency: CONCURRENCY, sendMs: SEND_MS }
  const throughput = await measureProcesses(ENGINE, count, work, seconds)
  if (throughput.done >= planted) throw new Error('there was not enough work')
  return throughput
}

function scaled(throughput: Throughput, count: number, alone: number): BenchResult {
  const { perSecond } = throughput
  const linear = count * alone
  const met = perSecond >= GOAL * linear
  const judged = count > 1 && (met || !isFull(throughput))
  const cores = describeCores(throughput)
  return {
    name: `${count} ${count === 1 ? 'worker' : 'workers'} with a channel of ${SEND_MS} ms`,
    value: perSecond,
    unit: '/s',
    reference: count === 1 ? bySleeping : { name: 'linear', value: linear },
    ratio: perSecond / (count === 1 ? MOST_PER_SECOND : linear),
    ...(judged && { goal: { says: `≥ ${GOAL} until a core is full`, met } }),
    note: count > 1 && !judged ? `not judged: a core is full; ${cores}` : cores,
  }
}
