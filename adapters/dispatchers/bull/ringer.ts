import type { ChannelName } from '#core/address.ts'
import type { Clock } from '#ports/clock.ts'
import type { Job } from '#ports/dispatcher.ts'
import type { Logger } from '#ports/logger.ts'
import { entryOf } from './job-entry.ts'
import type { BullQueue, BullQueues } from './queues.ts'
import { Rounds } from './rounds.ts'
import { type Ringing, Rung } from './rung.ts'
import type { Left } from './wire.ts'

/** A job that nobody took for so long is looked for, each time it is rung. */
const UNHEARD_MS = 15_000
/** After so long without a ring another process may have rung: its rounds are asked for. */
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
  readonly #rung = new Rung()
  readonly #rounds = new Map<ChannelName, Rounds>()
  readonly #deps: RingerDeps
  readonly #timers = new Set<NodeJS.Timeout>()
  #rangAt = Number.NEGATIVE_INFINITY
  #ringing = false
  /** Rung meanwhile. */
  #next: readonly Job[] = []
  #open = true

  constructor(deps: RingerDeps) {
    this.#deps = deps
  }

  /** Jobs that wait in Bull, as far as is known here. */
  get waiting(): number {
    return this.#rung.waiting
  }

  /** Hands on what is new. One ring at a time: with Redis away the first waits there, and what follows waits here. */
  ring(jobs: readonly Job[]): void {
    if (this.#ringing) {
      if (this.#next.length < MOST) this.#next = [...this.#next, ...jobs]
      return
    }
    const fresh = this.#rung.fresh(jobs, this.#now())
    if (fresh.length === 0) return
    this.#ringing = true
    void this.#hand(fresh).finally(() => {
      this.#ringing = false
      const next = this.#next
      this.#next = []
      this.ring(next)
    })
  }

  /** What became of jobs, in whichever process; those of other feeders are not known here. */
  left(jobs: readonly (readonly [key: string, how: Left])[]): void {
    let room = false
    for (const [key, how] of jobs) room = this.#leaves(key, how) || room
    if (room) this.#deps.onRoom()
  }

  close(): void {
    this.#open = false
    this.#next = []
    this.#rung.clear()
    for (const timer of this.#timers) clearTimeout(timer)
  }

  /** True: there is room for more at once. */
  #leaves(key: string, how: Left): boolean {
    const lane = this.#rung.laneOf(key)
    if (lane === undefined) return false
    if (how !== null && how > 0) {
      this.#rung.rest(key, how, this.#now())
      this.#lookIn(how)
      return false
    }
    const round = this.#rung.forget(key)
    if (how === null && round !== undefined) this.#roundsOfLane(lane)?.reached(round)
    return this.#rung.hasRoom(lane)
  }

  async #hand(jobs: readonly Job[]): Promise<void> {
    const now = this.#now()
    if (now - this.#rangAt > STRANGE_MS) this.#rounds.clear()
    this.#rangAt = now
    const byChannel = Map.groupBy(jobs, ({ lane }) => lane.channel)
    await Promise.all([...byChannel].map(([channel, of]) => this.#handChannel(channel, of)))
  }

  async #handChannel(channel: ChannelName, jobs: readonly Job[]): Promise<void> {
    const queue = this.#deps.queues.offering(channel)
    try {
      const rounds = await this.#roundsOf(channel, queue)
      const ringing = jobs.map((job) =>
        this.#rung.note(job, this.#now(), (lane) => rounds.next(lane)),
      )
      await Promise.all(ringing.map((one) => add(queue, one)))
    } catch (error) {
      for (const job of jobs) this.#rung.forget(entryOf(job).id)
      if (!this.#open) return
      this.#deps.logger.warn(
        { err: error, channel },
        'due deliveries could not be rung; they will be again',
      )
    }
  }

  async #roundsOf(channel: ChannelName, queue: BullQueue): Promise<Rounds> {
    const known = this.#rounds.get(channel)
    if (known) return known
    const rounds = new Rounds(await latestRound(queue))
    this.#rounds.set(channel, rounds)
    return rounds
  }

  #roundsOfLane(lane: string): Rounds | undefined {
    return this.#rounds.get(lane.slice(0, lane.indexOf('/')) as ChannelName)
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

/** The last round that jobs wait for in Bull, whoever rang them. */
async function latestRound(queue: BullQueue): Promise<number> {
  const [, round = '0'] = await queue.client.zrevrange(queue.toKey('priority'), 0, 0, 'WITHSCORES')
  return Number(round)
}

async function add(queue: BullQueue, { job, round, unheardMs }: Ringing): Promise<void> {
  const { id, data } = entryOf(job)
  if (unheardMs > UNHEARD_MS) await removeIfLost(queue, id)
  await queue.add(data, { jobId: id, priority: round, removeOnComplete: true, removeOnFail: true })
}

/**
 * A job that is in none of Bull's lists (a flush came between two of its steps) would never run, and Bull would
 * silently refuse it for ever.
 */
async function removeIfLost(queue: BullQueue, id: string): Promise<void> {
  const kept = await queue.getJob(id)
  if (kept && (await kept.getState()) === 'stuck') await kept.remove().catch(() => undefined)
}
