import type { ChannelName } from '#core/address.ts'
import type { Clock } from '#ports/clock.ts'
import type { Job } from '#ports/dispatcher.ts'
import type { Logger } from '#ports/logger.ts'
import { entryOf } from './job-entry.ts'
import type { BullQueue, BullQueues } from './queues.ts'
import { type Ringing, Rung } from './rung.ts'
import type { Left } from './wire.ts'

/** A job that nobody took for so long is looked for, each time it is rung. */
const UNHEARD_MS = 15_000
/** After so long without a ring another process may have rung: what waits in Bull is asked for anew. */
const STRANGE_MS = 10_000
/** What is rung above this while Redis is away is forgotten: the feeder rings again. */
const MOST = 5_000

interface RingerDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly queues: BullQueues
  /** There is room again, or something may be rung again. */
  onRoom(): void
}

/** Puts jobs into Bull: of the process that feeds. */
export class Ringer {
  readonly #deps: RingerDeps
  readonly #rung = new Map<ChannelName, Rung>()
  readonly #timers = new Set<NodeJS.Timeout>()
  /** Channels on which Redis took nothing when it was last asked to. */
  readonly #refused = new Set<ChannelName>()
  /** Rung while an earlier ring was under way. */
  #next: readonly Job[] = []
  #ringing = false
  #rangAt = Number.NEGATIVE_INFINITY
  #open = true

  constructor(deps: RingerDeps) {
    this.#deps = deps
  }

  /** Jobs that wait in Bull, as far as is known here. */
  get waiting(): number {
    return [...this.#rung.values()].reduce((sum, { waiting }) => sum + waiting, 0)
  }

  /** Hands on what is new. One ring at a time: with Redis away the first waits there, and what follows waits here. */
  ring(jobs: readonly Job[]): void {
    if (!this.#open || jobs.length === 0) return
    if (this.#ringing) {
      if (this.#next.length < MOST) this.#next = [...this.#next, ...jobs]
      return
    }
    this.#ringing = true
    void this.#hand(jobs).finally(() => {
      this.#ringing = false
      const next = this.#next
      this.#next = []
      this.ring(next)
    })
  }

  /** What became of jobs, in whichever process. Those that another one rang are not known here. */
  left(jobs: readonly (readonly [key: string, how: Left])[]): void {
    const rung = [...this.#rung.values()]
    let room = false
    for (const [key, how] of jobs) {
      if (!how) room = rung.some((channel) => channel.forget(key)) || room
      else if (rung.some((channel) => channel.rest(key, how, this.#now()))) this.#lookIn(how)
    }
    if (room) this.#deps.onRoom()
  }

  close(): void {
    this.#open = false
    this.#next = []
    this.#rung.clear()
    for (const timer of this.#timers) clearTimeout(timer)
  }

  async #hand(jobs: readonly Job[]): Promise<void> {
    const now = this.#now()
    if (now - this.#rangAt > STRANGE_MS) this.#rung.clear()
    this.#rangAt = now
    const byChannel = Map.groupBy(jobs, ({ lane }) => lane.channel)
    await Promise.all([...byChannel].map(([channel, of]) => this.#handTo(channel, of)))
  }

  async #handTo(channel: ChannelName, jobs: readonly Job[]): Promise<void> {
    const queue = this.#deps.queues.offering(channel)
    try {
      const rung = await this.#rungOn(channel, queue)
      await Promise.all(rung.ring(jobs, this.#now()).map((one) => add(queue, one)))
      if (this.#refused.delete(channel)) {
        this.#deps.logger.info({ channel }, 'due deliveries are rung again')
      }
    } catch (error) {
      this.#rung.delete(channel)
      this.#tellOnce(channel, error)
    }
  }

  #tellOnce(channel: ChannelName, error: unknown): void {
    if (!this.#open || this.#refused.has(channel)) return
    this.#refused.add(channel)
    this.#deps.logger.warn(
      { err: error, channel },
      'due deliveries cannot be rung; they will be once Redis takes them',
    )
  }

  async #rungOn(channel: ChannelName, queue: BullQueue): Promise<Rung> {
    const known = this.#rung.get(channel)
    if (known) return known
    const rung = new Rung(await latestRound(queue))
    this.#rung.set(channel, rung)
    return rung
  }

  #lookIn(ms: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#deps.onRoom()
    }, ms)
    this.#timers.add(timer)
  }

  #now(): number {
    return this.#deps.clock.monotonic()
  }
}

async function latestRound(queue: BullQueue): Promise<number> {
  const [, round = '0'] = await queue.client.zrevrange(queue.toKey('priority'), 0, 0, 'WITHSCORES')
  return Number(round)
}

async function add(queue: BullQueue, { job, round, unheardMs }: Ringing): Promise<void> {
  const { id, data } = entryOf(job)
  if (unheardMs > UNHEARD_MS) await removeIfLost(queue, id)
  await queue.add(data, { jobId: id, priority: round, removeOnComplete: true, removeOnFail: true })
}

/** States in which a job is still to run, or runs. */
const LIVING: ReadonlySet<string> = new Set(['waiting', 'active', 'paused'])

/**
 * A job that is in none of Bull's lists (a flush came between two of its steps), or only among those that are over,
 * would never run, and Bull would silently refuse it for ever.
 */
async function removeIfLost(queue: BullQueue, id: string): Promise<void> {
  // What waits has its round there; Bull's own way to find a job reads whole lists.
  if ((await queue.client.zscore(queue.toKey('priority'), id)) !== null) return
  const kept = await queue.getJob(id)
  if (kept && !LIVING.has(await kept.getState())) await kept.remove().catch(() => undefined)
}
