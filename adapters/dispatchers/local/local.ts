import type { ChannelName } from '#core/address.ts'
import type { Clock } from '#ports/clock.ts'
import type { Dispatcher } from '#ports/dispatcher.ts'
import type { Logger } from '#ports/logger.ts'
import { ChannelQueue } from './channel-queue.ts'

/** What was aborted gets so long to write down what it came to. */
const ABORTED_MS = 2_000

/** The dispatcher of a single process: everything in memory, the store behind it. */
export function createLocalDispatcher(deps: { clock: Clock; logger: Logger }): Dispatcher {
  const queues = new Map<ChannelName, ChannelQueue>()
  const abort = new AbortController()
  const listeners: (() => void)[] = []

  return {
    async start(wanted, handler) {
      for (const { channel, concurrency } of wanted) {
        const queue = new ChannelQueue(concurrency, {
          clock: deps.clock,
          handler,
          signal: abort.signal,
          onRoom: () => {
            for (const listener of listeners) listener()
          },
          onFault: (error, job) =>
            deps.logger.error(
              { err: error, delivery: job.id },
              'a delivery job failed; it is rung again',
            ),
        })
        queues.set(channel, queue)
      }
    },
    async ring(jobs) {
      const rung = new Set<ChannelQueue>()
      for (const job of jobs) {
        const queue = queues.get(job.lane.channel)
        if (!queue) continue
        queue.offer(job)
        rung.add(queue)
      }
      for (const queue of rung) void queue.turn()
    },
    onIdle(callback) {
      listeners.push(callback)
    },
    size() {
      const all = [...queues.values()]
      return {
        waiting: all.reduce((sum, queue) => sum + queue.waiting, 0),
        running: all.reduce((sum, queue) => sum + queue.running, 0),
      }
    },
    async stop(graceMs) {
      listeners.length = 0
      const closed = Promise.all([...queues.values()].map((queue) => queue.close()))
      if (await endsWithin(graceMs, closed)) return
      abort.abort()
      if (await endsWithin(ABORTED_MS, closed)) return
      const running = [...queues.values()].reduce((sum, queue) => sum + queue.running, 0)
      deps.logger.warn({ running }, 'jobs that do not end are left; the store has them')
    },
  }
}

/** True: it ended in time. */
async function endsWithin(ms: number, ending: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false)
  })
  const inTime = await Promise.race([ending.then(() => true), late])
  clearTimeout(timer)
  return inTime
}
