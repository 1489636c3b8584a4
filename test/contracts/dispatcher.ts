import { afterEach, describe, expect, test } from 'vitest'
import { type ChannelName, DEFAULT_CONNECTION } from '#core/address.ts'
import type { DeliveryId } from '#core/ids.ts'
import type { Admission, Dispatcher, Job } from '#ports/dispatcher.ts'

/** What runs may take to end: nobody waits so long. */
const GRACE_MS = 60_000

/** What every Dispatcher adapter keeps. */
export function dispatcherContract(open: () => Promise<Dispatcher>): void {
  describe('Dispatcher', () => {
    let dispatcher: Dispatcher | undefined
    afterEach(async () => dispatcher?.stop(100))

    /** Starts with one email queue; `run` and `admit` say what happens to jobs. */
    async function start(
      run: (job: Job, signal: AbortSignal) => Promise<void>,
      options: { concurrency?: number; admit?: (job: Job) => Admission } = {},
    ): Promise<Dispatcher> {
      dispatcher = await open()
      await dispatcher.start([{ channel: 'email', concurrency: options.concurrency ?? 4 }], {
        admit: async (job) => options.admit?.(job) ?? { kind: 'go' },
        run,
      })
      return dispatcher
    }

    test('runs every job once, however often it is rung', async () => {
      const ran: string[] = []
      const d = await start(async (job) => void ran.push(job.id))
      const jobs = jobsOf('ann', 20)
      await d.ring(jobs)
      await d.ring(jobs)
      await until(() => ran.length >= 20)
      await sleep(20)
      expect(ran.sort()).toEqual(jobs.map((job) => job.id).sort())
    })

    test('the same delivery in a later epoch is another job', async () => {
      const epochs: number[] = []
      const d = await start(async (job) => void epochs.push(job.epoch))
      const [job] = jobsOf('ann', 1)
      await d.ring([job!])
      await until(() => epochs.length === 1)
      await d.ring([{ ...job!, epoch: 2 }])
      await until(() => epochs.length === 2)
      expect(epochs).toEqual([1, 2])
    })

    test('never runs more at once than a channel has slots', async () => {
      let running = 0
      let most = 0
      let done = 0
      const d = await start(
        async () => {
          running++
          most = Math.max(most, running)
          await sleep(5)
          running--
          done++
        },
        { concurrency: 3 },
      )
      await d.ring(jobsOf('ann', 30))
      await until(() => done === 30)
      expect(most).toBe(3)
    })

    test('lanes take turns: a single job of another account goes next, not last', async () => {
      const order: string[] = []
      const d = await start(
        async (job) => {
          await sleep(2)
          order.push(job.lane.account)
        },
        { concurrency: 1 },
      )
      await d.ring(jobsOf('ann', 200))
      await until(() => order.length > 3)
      await d.ring(jobsOf('bob', 1))
      await until(() => order.includes('bob'))
      expect(order.indexOf('bob')).toBeLessThan(10)
    })

    test('a job that waits for a bucket holds no slot', async () => {
      const ran: string[] = []
      const d = await start(async (job) => void ran.push(job.lane.account), {
        concurrency: 1,
        admit: (job) =>
          job.lane.account === 'ann'
            ? { kind: 'wait', bucket: 'ann-chat', waitMs: 60_000 }
            : { kind: 'go' },
      })
      await d.ring(jobsOf('ann', 5))
      await d.ring(jobsOf('bob', 2))
      await until(() => ran.length === 2)
      expect(ran).toEqual(['bob', 'bob'])
    })

    test('with a bucket that all wait for, a single job is not sent behind a crowd', async () => {
      const order: string[] = []
      let freeAt = performance.now()
      const d = await start(async (job) => void order.push(job.lane.account), {
        concurrency: 20,
        admit: () => {
          const now = performance.now()
          if (now < freeAt) return { kind: 'wait', bucket: 'bot', waitMs: Math.ceil(freeAt - now) }
          freeAt = Math.max(freeAt, now) + 10
          return { kind: 'go' }
        },
      })
      await d.ring(jobsOf('ann', 60))
      await until(() => order.length >= 3)
      await d.ring(jobsOf('bob', 1))
      const before = order.length
      await until(() => order.includes('bob'))
      expect(order.indexOf('bob') - before).toBeLessThanOrEqual(3)
    })

    test('waits no longer than the bucket says, then goes on by itself', async () => {
      let asked = 0
      let ran = 0
      const d = await start(async () => void ran++, {
        admit: () => (asked++ === 0 ? { kind: 'wait', bucket: 'b', waitMs: 50 } : { kind: 'go' }),
      })
      await d.ring(jobsOf('ann', 1))
      await until(() => ran === 1)
      expect(asked).toBe(2)
    })

    test('where nothing has to wait, many are asked about at once', async () => {
      let asking = 0
      let most = 0
      let ran = 0
      dispatcher = await open()
      await dispatcher.start([{ channel: 'email', concurrency: 16 }], {
        async admit() {
          most = Math.max(most, ++asking)
          await sleep(10)
          asking--
          return { kind: 'go' }
        },
        async run() {
          ran++
        },
      })
      await dispatcher.ring(jobsOf('ann', 60))
      await until(() => ran === 60)
      expect(most).toBeGreaterThan(4)
    })

    test('a job that is gone is forgotten and may be rung again', async () => {
      let gone = true
      let asked = 0
      let ran = 0
      const d = await start(async () => void ran++, {
        admit: () => {
          asked++
          return gone ? { kind: 'gone' } : { kind: 'go' }
        },
      })
      await d.ring(jobsOf('ann', 1))
      await until(() => asked === 1 && d.size().waiting === 0)
      gone = false
      await until(() => {
        // As the feeder does for as long as it is due.
        void d.ring(jobsOf('ann', 1))
        return ran === 1
      })
    })

    test('a job that throws stops nothing', async () => {
      let ran = 0
      const d = await start(async (job) => {
        ran++
        if (job.id.endsWith('-0')) throw new Error('boom')
      })
      await d.ring(jobsOf('ann', 3))
      await until(() => ran === 3)
    })

    test('says when a lane has room again', async () => {
      let calls = 0
      const d = await start(async () => {})
      d.onIdle(() => calls++)
      await d.ring(jobsOf('ann', 3))
      await until(() => calls > 0)
    })

    test('a knock has whoever feeds look for more', async () => {
      let calls = 0
      const d = await start(async () => {})
      d.onIdle(() => calls++)
      d.knock()
      await until(() => calls > 0)
    })

    test('a channel that is served later runs its jobs from then on', async () => {
      const ran: string[] = []
      const d = await start(async (job) => void ran.push(job.lane.channel))
      const jobs = jobsOf('ann', 2, 'matrix')
      await d.serve({ channel: 'matrix', concurrency: 2 })
      await d.serve({ channel: 'matrix', concurrency: 2 })
      await d.ring(jobs)
      await until(() => ran.length === 2)
      expect(ran).toEqual(['matrix', 'matrix'])
    })

    test('a channel that is ceased finishes what runs and starts nothing more; others go on', async () => {
      const finished: string[] = []
      const gate = Promise.withResolvers<void>()
      const d = await start(async (job) => {
        await gate.promise
        finished.push(`${job.lane.channel} ${job.id}`)
      })
      await d.serve({ channel: 'matrix', concurrency: 2 })
      await d.ring(jobsOf('ann', 10, 'matrix'))
      await until(() => d.size().running === 2)
      const ceased = d.cease('matrix', GRACE_MS)
      gate.resolve()
      await ceased
      expect(finished).toHaveLength(2)
      await d.ring(jobsOf('ann', 1))
      await until(() => finished.some((line) => line.startsWith('email')))
      expect(finished.filter((line) => line.startsWith('matrix'))).toHaveLength(2)
    })

    test('a cease during a stop ends only when what runs has ended', async () => {
      const ending = Promise.withResolvers<void>()
      const order: string[] = []
      const d = await start(async () => {
        await ending.promise
        order.push('the job')
      })
      await d.ring(jobsOf('ann', 1))
      await until(() => d.size().running === 1)
      const stopped = d.stop(20_000)
      const ceased = d.cease('email', 20_000).then(() => void order.push('the cease'))
      await sleep(50)
      ending.resolve()
      await Promise.all([stopped, ceased])
      expect(order).toEqual(['the job', 'the cease'])
    })

    test('a channel may be ceased and served again', async () => {
      let ran = 0
      const d = await start(async () => void ran++)
      await d.cease('email', 100)
      await d.cease('email', 100)
      await d.serve({ channel: 'email', concurrency: 2 })
      await d.ring(jobsOf('ann', 3))
      await until(() => ran === 3)
    })

    test('ceasing takes no longer than its grace, and aborts what runs', async () => {
      let aborted = 0
      const d = await start(
        (_job, signal) =>
          new Promise((resolve) =>
            signal.addEventListener('abort', () => {
              aborted++
              resolve()
            }),
          ),
      )
      await d.ring(jobsOf('ann', 1))
      await until(() => d.size().running === 1)
      const from = performance.now()
      await d.cease('email', 80)
      expect(performance.now() - from).toBeLessThan(10_000)
      expect(aborted).toBe(1)
    })

    test('stopping lets what runs finish and starts nothing more', async () => {
      const finished: string[] = []
      const gate = Promise.withResolvers<void>()
      const d = await start(
        async (job) => {
          await gate.promise
          finished.push(job.id)
        },
        { concurrency: 2 },
      )
      await d.ring(jobsOf('ann', 10))
      await until(() => d.size().running === 2)
      const stopped = d.stop(GRACE_MS)
      gate.resolve()
      await stopped
      expect(finished).toHaveLength(2)
      expect(d.size()).toEqual({ waiting: 0, running: 0 })
    })

    test('a stop that takes too long aborts what runs', async () => {
      const d = await start(
        (_job, signal) =>
          new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
      )
      await d.ring(jobsOf('ann', 1))
      await until(() => d.size().running === 1)
      const from = performance.now()
      await d.stop(80)
      expect(performance.now() - from).toBeLessThan(10_000)
    })

    test('a stop does not wait for ever for what heeds no abort', async () => {
      const d = await start(() => new Promise(() => {}))
      await d.ring(jobsOf('ann', 1))
      await until(() => d.size().running === 1)
      const from = performance.now()
      await d.stop(20)
      dispatcher = undefined
      expect(performance.now() - from).toBeLessThan(20_000)
    })
  })
}

function jobsOf(account: string, count: number, channel: ChannelName = 'email'): Job[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `${account.padEnd(15, '0')}-${n}` as DeliveryId,
    epoch: 1,
    lane: { channel, connection: DEFAULT_CONNECTION, account },
  }))
}

async function until(holds: () => boolean, ms = 30_000): Promise<void> {
  const end = performance.now() + ms
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not happen in time')
    await sleep(2)
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
