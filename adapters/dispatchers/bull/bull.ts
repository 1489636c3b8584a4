import { keyIn, type RedisPlace } from '#adapters/redis/connect.ts'
import type { ChannelName } from '#core/address.ts'
import type { Clock } from '#ports/clock.ts'
import type { Dispatcher, JobHandler, Queue } from '#ports/dispatcher.ts'
import type { Logger } from '#ports/logger.ts'
import { Closings } from '../closings.ts'
import { openQueues } from './queues.ts'
import { Ringer } from './ringer.ts'
import { type ServedChannel, serveChannel } from './served-channel.ts'
import { openWire } from './wire.ts'

/** Between two tries to serve a channel where Redis refuses (its user may not listen, say). */
const SERVE_AGAIN_MS = 2_000

/**
 * The dispatcher of a fleet: one Bull queue for each channel, served by any number of processes. The store holds
 * what is due and who may send it; whatever Redis loses is rung again from there.
 * Throws `unavailable` within three seconds where no Redis answers.
 */
export async function createBullDispatcher(
  place: RedisPlace,
  deps: { readonly clock: Clock; readonly logger: Logger },
): Promise<Dispatcher> {
  const queues = await openQueues(place, deps)
  const { client, subscriber } = queues
  const served = new Map<ChannelName, ServedChannel>()
  const closings = new Closings()
  const listeners: (() => void)[] = []
  /** Channels that were refused, and told of. */
  const refused = new Set<ChannelName>()
  let handler: JobHandler | undefined
  let open = true

  const look = (): void => {
    for (const listener of listeners) listener()
  }
  const ringer = new Ringer({ ...deps, queues, onRoom: look })
  // Messages are heard in every numbered database of a Redis.
  const name = keyIn(place, 'wire', String(client.options.db ?? 0))
  const wire = await openWire(
    { client, subscriber, name },
    { knock: look, left: (jobs) => ringer.left(jobs) },
  )
  const serve = (queue: Queue): void => {
    if (!handler) throw new Error('a channel is served after the start')
    if (served.has(queue.channel)) return
    const onRefused = (error: unknown): void => serveAnew(queue, error)
    const parts = { ...deps, handler, wire, onRefused }
    served.set(queue.channel, serveChannel(queue, queues.serving(queue.channel), parts))
  }
  const serveAnew = (queue: Queue, error: unknown): void => {
    const { channel } = queue
    if (!refused.has(channel))
      deps.logger.error({ err: error, channel }, 'Redis hands out no jobs; it is asked again')
    refused.add(channel)
    const refusing = served.get(channel)
    setTimeout(async () => {
      if (refusing === undefined || served.get(channel) !== refusing) return
      await cease(channel, 0)
      if (open) serve(queue)
    }, SERVE_AGAIN_MS).unref()
  }
  const cease = (channel: ChannelName, graceMs: number): Promise<void> => {
    const channelServed = served.get(channel)
    if (!channelServed) return closings.of(channel)
    served.delete(channel)
    return closings.add(channel, channelServed.close(graceMs))
  }

  return {
    async start(wanted, jobHandler) {
      handler = jobHandler
      wanted.forEach(serve)
    },
    async serve(queue) {
      serve(queue)
      wire.knock()
    },
    cease,
    async ring(jobs) {
      ringer.ring(jobs)
    },
    knock: wire.knock,
    onIdle(callback) {
      listeners.push(callback)
    },
    size() {
      const here = [...served.values()]
      const held = here.reduce((sum, channel) => sum + channel.waiting, 0)
      return {
        // What is held here was mostly rung from here.
        waiting: Math.max(ringer.waiting, held),
        running: here.reduce((sum, channel) => sum + channel.running, 0),
      }
    },
    async stop(graceMs) {
      open = false
      listeners.length = 0
      await Promise.all([...served.keys()].map((channel) => cease(channel, graceMs)))
      ringer.close()
      wire.close()
      queues.close()
    },
  }
}
