import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createBullDispatcher } from '#adapters/dispatchers/bull/bull.ts'
import { DEFAULT_CONNECTION } from '#core/address.ts'
import type { DeliveryId } from '#core/ids.ts'
import type { Dispatcher, Job } from '#ports/dispatcher.ts'
import type { Bucket } from '#ports/rates.ts'
import type { BullWorkerMessage, BullWorkerOptions } from '#test/fixtures/bull-worker.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { mostTakenInASecond, type TakenUnit } from '#test/fixtures/taken-units.ts'
import { missingRedis } from '#test/services/redis.ts'
import { freshRedis } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

/** `worker`: which of the fleet made it, from 0. */
type Call = Extract<BullWorkerMessage, { kind: 'call' }> & { readonly worker: number }

/** What a provider tells one worker to wait. */
const PAUSE_MS = 1_500
/** Of each worker. */
const SLOTS = 4
/** What a call may come later than its unit was taken; whatever it comes later still, the machine took. */
const PROMPT_MS = 60

const limitOf = (key: string, limit: number): Bucket => ({ key, limit, perMs: 1_000, cost: 1 })

describe.skipIf(skippedFor(missingRedis()))('a fleet on one Redis', { timeout: 240_000 }, () => {
  let fleet: Fleet | undefined
  afterEach(async () => fleet?.end())

  test('eight workers never send more than the limit in any second, and use nine tenths of it', async () => {
    fleet = await startFleet(8, { takesMs: 50, buckets: { '*': [limitOf('bot', 30)] } })
    fleet.due(jobsOf('ann', 900))
    await fleet.untilCalls(30 * 8)
    // As good as that in one of three stretches: a busy machine wakes us late.
    for (let more = 2; more <= 3 && bestPerSecond(fleet.calls(), 120) < 0.9 * 30; more++)
      await fleet.untilCalls(30 * 8 * more)
    const calls = fleet.calls()
    expect(mostInASecond(calls)).toBeLessThanOrEqual(30)
    expect(bestPerSecond(calls, 120)).toBeGreaterThanOrEqual(0.9 * 30)
    print('30/s, 8 workers', calls)
  })

  // Of two, the places are fewer than the jobs of one lane.
  test.each([8, 2])(
    'of two limits at once neither is passed, and the narrower holds back none but its own: %i workers',
    async (workers) => {
      const bot = limitOf('bot', 40)
      fleet = await startFleet(workers, {
        takesMs: 50,
        buckets: { '*': [bot], bob: [bot, limitOf('chat', 10)] },
      })
      fleet.due([...jobsOf('ann', 900), ...jobsOf('bob', 300)])
      await fleet.untilCalls(40 * 7)
      for (let more = 2; more <= 3 && bestPerSecond(fleet.calls(), 120) < 0.9 * 40; more++)
        await fleet.untilCalls(40 * 7 * more)
      const calls = fleet.calls()
      const bobs = calls.filter(({ account }) => account === 'bob')
      expect(mostInASecond(calls)).toBeLessThanOrEqual(40)
      expect(mostInASecond(bobs)).toBeLessThanOrEqual(10)
      expect(bestPerSecond(calls, 120)).toBeGreaterThanOrEqual(0.9 * 40)
      print(`40/s of all, ${workers} workers`, calls)
      print('10/s of one account in it', bobs)
    },
  )

  test('what one worker is told to wait for, all wait for', async () => {
    fleet = await startFleet(4, {
      takesMs: 5,
      buckets: { '*': [limitOf('bot', 50)] },
      throttledAt: { worker: 0, call: 10, forMs: PAUSE_MS },
    })
    fleet.due(jobsOf('ann', 120))
    await fleet.untilCalls(120)
    const calls = fleet.calls()
    const { asked: told, answered: known } = fleet.paused()
    const others = calls.filter(({ worker }) => worker !== 0)
    const before = others.filter(({ at }) => at <= told)
    const meanwhile = others.filter(({ at }) => at > known && at < told + PAUSE_MS)
    // What was admitted before may go out yet, with each slot.
    const within = meanwhile.filter(({ taken }) => taken.asked > known)
    expect(meanwhile.length).toBeLessThanOrEqual(3 * SLOTS)
    const after = others.filter(({ at }) => at >= told + PAUSE_MS)
    expect(new Set(before.map(({ worker }) => worker))).toEqual(new Set([1, 2, 3]))
    expect(within).toEqual([])
    expect(new Set(after.map(({ worker }) => worker))).toEqual(new Set([1, 2, 3]))
  })

  test('with 10,000 of one account waiting at 30/s, another’s single one is out among the next', async () => {
    fleet = await startFleet(4, { takesMs: 20, buckets: { '*': [limitOf('bot', 30)] } })
    fleet.due(jobsOf('ann', 10_000))
    await fleet.untilCalls(60)
    const from = performance.timeOrigin + performance.now()
    fleet.due(jobsOf('bob', 1))
    const bobs = () => fleet?.calls().find(({ account }) => account === 'bob')
    await expect.poll(bobs, { timeout: 30_000 }).toBeTruthy()
    const { at } = bobs() ?? { at: 0 }
    const ahead = fleet.calls().filter((call) => call.at > from && call.at < at)
    console.log(
      `another's single delivery: ${Math.round(at - from)} ms, ${ahead.length} ahead of it`,
    )
    // What two seconds let through.
    expect(ahead.length).toBeLessThanOrEqual(60)
  })

  test('with a crowd of accounts, each gets its turn', async () => {
    fleet = await startFleet(4, { takesMs: 5, buckets: { '*': [limitOf('bot', 50)] } })
    const crowd = Array.from({ length: 20 }, (_, n) => jobsOf(`crowd${n}`, 200)).flat()
    fleet.due(crowd)
    await fleet.untilCalls(60)
    const before = fleet.calls().length
    fleet.due(jobsOf('bob', 1))
    const index = () => fleet?.calls().findIndex(({ account }) => account === 'bob') ?? -1
    await expect.poll(index, { timeout: 10_000 }).toBeGreaterThan(0)
    // One of each lane before it, and what the workers hold in hand.
    expect(index() - before).toBeLessThan(20 + 4 * 12)
    console.log(`behind a crowd of 20: after ${index() - before} others`)
  })

  test('what a killed worker held is run by others', async () => {
    fleet = await startFleet(2, { takesMs: 10, buckets: { '*': [limitOf('bot', 20)] } })
    fleet.due(jobsOf('ann', 100))
    await fleet.untilCalls(20)
    fleet.kill(0)
    await fleet.untilAllRan(20_000)
    const ids = fleet.calls().map(({ id }) => id)
    // Without a store to ask, what ran at the kill runs again.
    expect(ids.length - new Set(ids).size).toBeLessThanOrEqual(4)
  })
})

interface Fleet {
  due(jobs: readonly Job[]): void
  /** In the order of their times. */
  calls(): readonly Call[]
  /** When the others were told of the `retry_after`, between the two. */
  paused(): TakenUnit
  untilCalls(count: number): Promise<void>
  untilAllRan(ms: number): Promise<void>
  kill(worker: number): void
  end(): Promise<void>
}

type FleetOptions = Pick<BullWorkerOptions, 'takesMs' | 'buckets'> & {
  /** A provider's `retry_after`, which this one worker is told at that call of its own. */
  readonly throttledAt?: NonNullable<BullWorkerOptions['throttledAt']> & { readonly worker: number }
}

/** Worker processes, and a process that feeds them as the engine's feeder does: this one. */
async function startFleet(workers: number, { throttledAt, ...over }: FleetOptions): Promise<Fleet> {
  const options: BullWorkerOptions = { url: await freshRedis(), concurrency: SLOTS, ...over }
  const feeder = await createBullDispatcher(
    { url: options.url },
    { clock: createSystemClock(), logger: quiet },
  )
  const lanes = new Map<string, Job[]>()
  const ran: Call[] = []
  let paused: TakenUnit = { asked: 0, answered: 0 }
  const children = await Promise.all(
    Array.from({ length: workers }, (_, worker) =>
      startWorker(
        throttledAt?.worker === worker ? { ...options, throttledAt } : options,
        (call) => {
          ran.push({ ...call, worker })
          const lane = lanes.get(call.account)
          const index = lane?.findIndex(({ id }) => id === call.id) ?? -1
          if (index >= 0) lane?.splice(index, 1)
        },
        (told) => {
          paused = told
        },
      ),
    ),
  )
  await feeder.start([], { admit: async () => ({ kind: 'gone' }), run: async () => undefined })
  const stopFeeding = feed(feeder, lanes)

  return {
    due(jobs) {
      for (const job of jobs) {
        const lane = lanes.get(job.lane.account) ?? []
        lanes.set(job.lane.account, [...lane, job])
      }
      feeder.knock()
    },
    paused: () => paused,
    calls: () => ran.toSorted((one, other) => one.at - other.at),
    untilCalls: (count) =>
      expect.poll(() => ran.length, { timeout: 120_000 }).toBeGreaterThanOrEqual(count),
    untilAllRan: (ms) =>
      expect.poll(() => [...lanes.values()].flat().length, { timeout: ms }).toBe(0),
    kill: (worker) => void children[worker]?.kill('SIGKILL'),
    async end() {
      stopFeeding()
      for (const child of children) child.kill('SIGKILL')
      await feeder.stop(0)
    },
  }
}

function startWorker(
  options: BullWorkerOptions,
  onCall: (call: Omit<Call, 'worker'>) => void,
  onPaused: (told: TakenUnit) => void,
): Promise<ChildProcess> {
  const program = join(import.meta.dirname, '../../fixtures/bull-worker.ts')
  const child = fork(program, [JSON.stringify(options)])
  return new Promise((resolve, reject) => {
    child.on('message', (message: BullWorkerMessage) => {
      if (message.kind === 'serving') resolve(child)
      if (message.kind === 'call') onCall(message)
      if (message.kind === 'paused') onPaused(message)
    })
    child.on('exit', () => reject(new Error('a worker ended')))
  })
}

/** The longest due of each lane, whenever there is room and five times a second. */
function feed(feeder: Dispatcher, lanes: ReadonlyMap<string, readonly Job[]>): () => void {
  let asked = false
  const look = (): void => {
    if (asked) return
    asked = true
    setTimeout(() => {
      asked = false
      void feeder.ring([...lanes.values()].flatMap((lane) => lane.slice(0, 64)))
    }, 5)
  }
  feeder.onIdle(look)
  const timer = setInterval(look, 200)
  return () => clearInterval(timer)
}

function jobsOf(account: string, count: number): Job[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `${account.padEnd(15, '0')}-${n}` as DeliveryId,
    epoch: 1,
    lane: { channel: 'email', connection: DEFAULT_CONNECTION, account },
  }))
}

/** The most that surely went out, or would have but for the machine, within one second. */
function mostInASecond(calls: readonly Call[]): number {
  const prompt = calls.map(({ at, taken }) => ({
    asked: Math.min(at, taken.asked + PROMPT_MS),
    answered: Math.min(at, taken.answered + PROMPT_MS),
  }))
  return mostTakenInASecond(prompt)
}

/** Over so many calls on end: a busy machine wakes us late for some of them. */
function bestPerSecond(calls: readonly Call[], count: number): number {
  return Math.max(
    ...calls.slice(count).map((_, from) => perSecond(calls.slice(from, from + count + 1))),
  )
}

function perSecond(calls: readonly Call[]): number {
  const [first, last] = [calls[0]?.at ?? 0, calls.at(-1)?.at ?? 0]
  return ((calls.length - 1) * 1_000) / (last - first)
}

function print(what: string, calls: readonly Call[]): void {
  console.log(
    `${what}: at most ${mostInASecond(calls)} in a second, ${perSecond(calls).toFixed(1)}/s over ${calls.length}`,
  )
}
