import type { Job as BullJob } from 'bull'
import type { ChannelName } from '#core/address.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobHandler, Queue } from '#ports/dispatcher.ts'
import type { Logger } from '#ports/logger.ts'
import { ChannelQueue, type Leaving } from '../channel-queue.ts'
import { endsWithin } from '../ends-within.ts'
import { type EntryData, jobIn } from './job-entry.ts'
import type { ServedQueue } from './queues.ts'
import type { Left, Wire } from './wire.ts'

/**
 * Jobs taken out of Bull beyond those that run, so that there is a choice between lanes while rates hold some back.
 * Few: what one process holds, no other can run.
 */
const LOOK_AHEAD = 8
/** A job that must wait longer goes back, and leaves its place to one that may go. */
const LONGEST_WAIT_MS = 1_000
/** As do a lane's jobs beyond those that a bucket serves within this: about the time until others come. */
const LONGEST_ROW_MS = 250
/** A job that was not due, or is held here twice, is not rung again sooner. */
const NOT_DUE_MS = 1_000
/** Bull gets so long to write down that jobs have left; with Redis gone it never could. */
const FAREWELL_MS = 1_500

/** A channel that this process sends on. */
export interface ServedChannel {
  readonly waiting: number
  readonly running: number
  close(graceMs: number): Promise<void>
}

interface ServingDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly handler: JobHandler
  readonly wire: Wire
  /** Redis refused, so that no job is ever taken here: to be served anew. */
  onRefused(error: unknown): void
}

/**
 * Takes a channel's jobs out of Bull. A job stays Bull's, locked, until its run has ended or it goes back: so no
 * other process gets it meanwhile, and what a killed one held is given to others.
 */
export function serveChannel(
  { channel, concurrency }: Queue,
  { bull, disconnect }: ServedQueue,
  deps: ServingDeps,
): ServedChannel {
  const queue = new ChannelQueue(concurrency, {
    ...deps,
    longestWaitMs: LONGEST_WAIT_MS,
    longestRowMs: LONGEST_ROW_MS,
    onRoom: () => undefined,
  })
  /** Taken out of Bull, and not yet let go by it. */
  const kept = new Map<string, BullJob<EntryData>>()
  const letGo = Promise.withResolvers<void>()
  let closing = false
  let leaving = false
  const lets = (key: string): void => {
    kept.delete(key)
    if (leaving && kept.size === 0) letGo.resolve()
  }
  const forgets = (entry: BullJob<EntryData>): void => {
    const key = String(entry.id)
    if (kept.get(key) === entry) lets(key)
  }
  // Told when Bull has let go of the job: until then it would refuse to be rung anew.
  bull.on('completed', (entry, left: Left) => {
    const key = String(entry.id)
    if (left !== null) deps.wire.left(key, left)
    lets(key)
  })
  bull.on('failed', (entry) => lets(String(entry.id)))
  const take = (entry: BullJob<EntryData>): Promise<Left> => {
    kept.set(String(entry.id), entry)
    // An entry that Redis evicted has lost that too, and once completed would be refused for ever.
    entry.opts.removeOnComplete = true
    const left = offered(channel, queue, entry, deps.wire)
    // Where its end cannot be written (a flush took the entry), Bull says nothing of it.
    void left.then(() => setTimeout(forgets, FAREWELL_MS, entry).unref())
    return left
  }
  // Ends with the queue. Faults on the way are Bull's `error`; one at its beginning ends it at once.
  bull.process(concurrency + LOOK_AHEAD, take).catch((error: unknown) => {
    if (!closing) deps.onRefused(error)
  })

  return {
    get waiting() {
      return queue.waiting
    },
    get running() {
      return queue.running
    },
    async close(graceMs) {
      closing = true
      const paused = bull.pause(true, true).catch(() => undefined)
      // Else Bull waits for its own blocking call; what Redis hands out just now comes back as after a kill.
      setImmediate(disconnect)
      await queue.close(graceMs)
      leaving = true
      if (kept.size > 0) await endsWithin(FAREWELL_MS, letGo.promise)
      await endsWithin(
        FAREWELL_MS,
        paused.then(() => bull.close(true)),
      )
      disconnect()
      queue.tellOfLeft(channel)
    },
  }
}

/** Resolves when Bull may forget the job. */
function offered(
  channel: ChannelName,
  queue: ChannelQueue,
  entry: BullJob<EntryData>,
  wire: Wire,
): Promise<Left> {
  const key = String(entry.id)
  const job = jobIn(channel, key, entry.data)
  return new Promise((resolve) => {
    const taken =
      job &&
      queue.offer(job, {
        begins: () => wire.left(key, null),
        leaves: (how) => resolve(againIn(how)),
      })
    if (taken) void queue.turn()
    else resolve(NOT_DUE_MS)
  })
}

function againIn(how: Leaving): Left {
  switch (how.kind) {
    case 'ran':
      return null
    case 'gone':
      return NOT_DUE_MS
    case 'back':
      return how.waitMs
    default:
      return how satisfies never
  }
}
