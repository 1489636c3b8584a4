import type { ChannelName } from '#core/address.ts'
import type { Clock } from '#ports/clock.ts'
import type { Dispatcher, JobHandler, Queue } from '#ports/dispatcher.ts'
import type { Logger } from '#ports/logger.ts'
import { ChannelQueue } from '../channel-queue.ts'
import { Closings } from '../closings.ts'

/** The dispatcher of a single process: everything in memory, the store behind it. */
export function createLocalDispatcher(deps: { clock: Clock; logger: Logger }): Dispatcher {
  const queues = new Map<ChannelName, ChannelQueue>()
  const closings = new Closings()
  const listeners: (() => void)[] = []
  let handler: JobHandler | undefined

  const look = (): void => {
    for (const listener of listeners) listener()
  }
  const close = async (
    queue: ChannelQueue,
    channel: ChannelName,
    graceMs: number,
  ): Promise<void> => {
    await queue.close(graceMs)
    queue.tellOfLeft(channel)
  }
  const cease = (channel: ChannelName, graceMs: number): Promise<void> => {
    const queue = queues.get(channel)
    if (!queue) return closings.of(channel)
    queues.delete(channel)
    return closings.add(channel, close(queue, channel, graceMs))
  }
  const open = ({ channel, concurrency }: Queue): void => {
    if (!handler) throw new Error('a channel is served after the start')
    if (queues.has(channel)) return
    const queue = new ChannelQueue(concurrency, {
      ...deps,
      handler,
      longestWaitMs: Number.POSITIVE_INFINITY,
      longestRowMs: Number.POSITIVE_INFINITY,
      onRoom: look,
    })
    queues.set(channel, queue)
  }

  return {
    async start(wanted, jobHandler) {
      handler = jobHandler
      wanted.forEach(open)
    },
    async serve(queue) {
      open(queue)
      look()
    },
    cease,
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
    knock: look,
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
      await Promise.all([...queues.keys()].map((channel) => cease(channel, graceMs)))
    },
  }
}
