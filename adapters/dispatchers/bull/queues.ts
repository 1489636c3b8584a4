import Bull from 'bull'
import type { Redis } from 'ioredis'
import { another, connectRedis, keyIn, type RedisPlace } from '#adapters/redis/connect.ts'
import type { ChannelName } from '#core/address.ts'
import type { Logger } from '#ports/logger.ts'
import type { EntryData } from './job-entry.ts'

export type BullQueue = Bull.Queue<EntryData>

/** A queue, and its own connection that waits for jobs. */
export interface ServedQueue {
  readonly bull: BullQueue
  disconnect(): void
}

/** The connections of one process, and Bull's queues on them. */
export interface BullQueues {
  readonly client: Redis
  readonly subscriber: Redis
  /** A channel's queue to put jobs into. */
  offering(channel: ChannelName): BullQueue
  /** A channel's queue to take jobs from. A new one each time: Bull's cannot be served twice. */
  serving(channel: ChannelName): ServedQueue
  close(): void
}

/**
 * A killed process's jobs come back by Bull after `lockDuration` and two looks at most. They may do so for ever:
 * the claim in the store decides who sends, and how often.
 */
const SETTINGS: Bull.AdvancedSettings = {
  lockDuration: 5_000,
  stalledInterval: 2_000,
  maxStalledCount: 1_000_000,
  retryProcessDelay: 200,
}

/** Bull asks for both where it waits for jobs or for news. */
const WAITING = { enableReadyCheck: false, maxRetriesPerRequest: null } as const

export async function openQueues(
  place: RedisPlace,
  deps: { readonly logger: Logger },
): Promise<BullQueues> {
  const client = await connectRedis(place, deps)
  // Whoever listens subscribes at each connection; where ioredis does, a refusal would end the process.
  const subscriber = another(client, { ...WAITING, autoResubscribe: false })
  const offering = new Map<ChannelName, BullQueue>()

  function open(channel: ChannelName, blocking: () => Redis): BullQueue {
    const bull = new Bull<EntryData>(channel, {
      prefix: keyIn(place, 'queue'),
      settings: { ...SETTINGS },
      createClient: (type) =>
        ({ client: () => client, subscriber: () => subscriber, bclient: blocking })[type](),
    })
    bull.on('error', (error) => deps.logger.debug({ err: error, channel }, 'Bull met a fault'))
    return bull
  }

  return {
    client,
    subscriber,
    offering(channel) {
      const bull = offering.get(channel) ?? open(channel, () => another(client, WAITING))
      offering.set(channel, bull)
      return bull
    },
    serving(channel) {
      const blocking = another(client, WAITING)
      const bull = open(channel, () => blocking)
      // Bull would name its connection, and end the process where that is cut off.
      bull.setWorkerName = async () => undefined
      lookWhileConnected(bull, client)
      blocking.connect().catch(() => undefined)
      return { bull, disconnect: () => blocking.disconnect() }
    },
    close() {
      client.disconnect()
      subscriber.disconnect()
    },
  }
}

/** A part of Bull that its types leave out. */
type Looking = BullQueue & { moveUnlockedJobsToWait(): Promise<unknown> }

/** With Redis away Bull's looks for stalled jobs would pile up, one every two seconds for as long as that lasts. */
function lookWhileConnected(bull: BullQueue, client: Redis): void {
  const looking = bull as Looking
  const look = looking.moveUnlockedJobsToWait
  looking.moveUnlockedJobsToWait = async () => (client.status === 'ready' ? look() : undefined)
}
