import { type Bench, type BenchResult, median } from './bench.ts'
import { type FleetGround, onFleetGround } from './servers.ts'
import { plantBacklog } from './workers/backlog.ts'
import { plantBareJobs } from './workers/bare-jobs.ts'
import {
  BARE,
  describeCores,
  ENGINE,
  measureProcesses,
  type Throughput,
} from './workers/processes.ts'

const CONCURRENCY = 50
const GOAL = 0.4
/** More than any machine does in a second: there must be work to the end. */
const MOST_PER_SECOND = 3_000
/** Start and warm-up. */
const BEFORE_S = 5

/** One worker whose channel takes no time, beside a bare Bull worker that updates two documents a job. */
export const run: Bench = async ({ quick }, servers) => {
  const rounds = quick ? 1 : 3
  const seconds = quick ? 3 : 8
  const name = `one worker, a channel of 0 ms, ${CONCURRENCY} at once`
  return onFleetGround(servers, name, async (fresh) => {
    const bare: Throughput[] = []
    const ours: Throughput[] = []
    for (let i = 0; i < rounds; i++) {
      bare.push(await measure(BARE, plantBareJobs, await fresh(), seconds))
      ours.push(await measure(ENGINE, plantBacklog, await fresh(), seconds))
    }
    return [compared(name, bare, ours)]
  })
}

/** `plant` gives at least so much work and says how much it is. */
async function measure(
  script: URL,
  plant: (ground: FleetGround, count: number) => Promise<number>,
  ground: FleetGround,
  seconds: number,
): Promise<Throughput> {
  const planted = await plant(ground, MOST_PER_SECOND * (seconds + BEFORE_S))
  const work = { ...ground, concurrency: CONCURRENCY, sendMs: 0 }
  const throughput = await measureProcesses(script, 1, work, seconds)
  if (throughput.done >= planted) throw new Error('there was not enough work')
  return throughput
}

/** The ratio is that of neighbouring runs, so that what else the machine does weighs on both. */
function compared(
  name: string,
  bare: readonly Throughput[],
  ours: readonly Throughput[],
): BenchResult {
  const rate = (all: readonly Throughput[]): number => median(all.map((one) => one.perSecond))
  const ratio = median(ours.map((one, i) => one.perSecond / (bare[i]?.perSecond ?? Number.NaN)))
  const last = ours.at(-1)
  return {
    name,
    value: rate(ours),
    unit: '/s',
    reference: { name: 'bare Bull with two updates', value: rate(bare) },
    ratio,
    goal: { says: `≥ ${GOAL}`, met: ratio >= GOAL },
    ...(last && { note: describeCores(last) }),
  }
}
