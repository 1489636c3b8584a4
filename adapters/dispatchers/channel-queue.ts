import PQueue from 'p-queue'
import { type ChannelName, laneKey } from '#core/address.ts'
import type { Clock } from '#ports/clock.ts'
import type { Admission, Job, JobHandler } from '#ports/dispatcher.ts'
import type { Logger } from '#ports/logger.ts'
import { endsWithin } from './ends-within.ts'
import { Lanes } from './lanes.ts'
import { Returns } from './returns.ts'

/** Jobs that wait in one lane before it counts as full; the store holds the rest. */
const LANE_ROOM = 32

/** What was aborted gets so long to write down what it came to. */
const ABORTED_MS = 2_000

/** So many of a lane may wait for a bucket in any case. */
const FEW = 2

/** As many are asked about at once, at most, while nothing has to wait. */
const WIDEST = 32

/** How a job left the queue. */
export type Leaving =
  /** Its run has ended. */
  | { readonly kind: 'ran' }
  /** It was no longer due, or could not be asked about. */
  | { readonly kind: 'gone' }
  /** It has not run: it must wait for so long, or the queue was closed. */
  | { readonly kind: 'back'; readonly waitMs: number }

/** What becomes of an offered job, for whoever offered it. */
export interface Follower {
  begins(): void
  leaves(how: Leaving): void
}

export interface ChannelQueueDeps {
  readonly clock: Clock
  readonly handler: JobHandler
  readonly logger: Logger
  /** A job that a bucket makes wait longer leaves. */
  readonly longestWaitMs: number
  /** Where the jobs of one lane would take a bucket longer, one after the other, all but a few of them leave. */
  readonly longestRowMs: number
  onRoom(): void
}

/** One channel's jobs in this process: lanes in front, slots behind. */
export class ChannelQueue {
  readonly #lanes = new Lanes()
  readonly #returns = new Returns()
  readonly #known = new Map<string, Follower | undefined>()
  readonly #slots: PQueue
  readonly #deps: ChannelQueueDeps
  readonly #abort = new AbortController()
  /** Asked about at once: one while something had to wait, so that lanes keep their turns; more while all goes. */
  #width = 1
  #turning = false
  #timer: NodeJS.Timeout | undefined
  #open = true

  constructor(concurrency: number, deps: ChannelQueueDeps) {
    this.#slots = new PQueue({ concurrency })
    this.#deps = deps
  }

  get waiting(): number {
    return this.#lanes.size
  }

  get running(): number {
    return this.#slots.pending
  }

  /** False where it is known already, or nothing more is taken; `follower` then hears nothing. */
  offer(job: Job, follower?: Follower): boolean {
    const key = jobKey(job)
    if (!this.#open || this.#known.has(key)) return false
    this.#known.set(key, follower)
    this.#lanes.add(job)
    return true
  }

  /** Fills free slots with the jobs whose turn it is. One turn at a time; it ends when nothing may go. */
  async turn(): Promise<void> {
    if (this.#turning) return
    this.#turning = true
    try {
      while (this.#open) {
        const free = this.#slots.concurrency - this.#slots.pending
        const jobs = this.#lanes.choose(this.#now(), Math.min(free, this.#width))
        if (jobs.length === 0) break
        const admissions = await Promise.all(jobs.map((job) => this.#consider(job)))
        const waits = admissions.some((admission) => admission.kind === 'wait')
        this.#width = waits ? 1 : Math.min(2 * this.#width, WIDEST)
      }
    } finally {
      this.#turning = false
    }
    this.#wakeLater()
  }

  /** Takes no more jobs, lets those that run finish, and aborts them after `graceMs`; what heeds no abort is left. */
  async close(graceMs: number): Promise<void> {
    this.#open = false
    clearTimeout(this.#timer)
    for (const job of this.#lanes.clear()) this.#forget(job, { kind: 'back', waitMs: 0 })
    const finished = this.#slots.onIdle()
    if (await endsWithin(graceMs, finished)) return
    this.#abort.abort()
    await endsWithin(ABORTED_MS, finished)
  }

  /** Says so where jobs heeded no abort: after `close`. */
  tellOfLeft(channel: ChannelName): void {
    if (this.running === 0) return
    this.#deps.logger.warn(
      { channel, running: this.running },
      'jobs that do not end are left; the store has them',
    )
  }

  async #consider(job: Job): Promise<Admission> {
    const admission = await this.#admit(job)
    if (!this.#open) return admission
    if (admission.kind === 'wait') this.#refuse(job, admission.bucket, admission.waitMs)
    else {
      this.#lanes.take(job)
      if (admission.kind === 'go') this.#run(job)
      else this.#leave(job, { kind: 'gone' })
    }
    return admission
  }

  async #admit(job: Job): Promise<Admission> {
    try {
      return await this.#deps.handler.admit(job)
    } catch (error) {
      this.#tellOfFault(error, job)
      return { kind: 'gone' }
    }
  }

  #refuse(job: Job, bucket: string, waitMs: number): void {
    const { longestWaitMs, longestRowMs } = this.#deps
    const lane = laneKey(job.lane)
    const now = this.#now()
    this.#lanes.refuse(job, bucket, now + waitMs)
    const row = this.#lanes.waitingFor(lane, bucket)
    const isShort = row <= FEW || row * waitMs <= longestRowMs
    if (isShort && waitMs <= longestWaitMs) return
    this.#lanes.take(job)
    const ahead = row - 1
    const backMs = this.#returns.next(lane, bucket, { now, waitMs, ahead })
    this.#leave(job, { kind: 'back', waitMs: backMs })
  }

  #run(job: Job): void {
    this.#known.get(jobKey(job))?.begins()
    void this.#slots
      .add(() => this.#deps.handler.run(job, this.#abort.signal))
      .catch((error: unknown) => this.#tellOfFault(error, job))
      .finally(() => {
        this.#leave(job, { kind: 'ran' })
        void this.turn()
      })
  }

  #leave(job: Job, how: Leaving): void {
    this.#forget(job, how)
    if (this.#lanes.sizeOf(laneKey(job.lane)) < LANE_ROOM / 2) this.#deps.onRoom()
  }

  #forget(job: Job, how: Leaving): void {
    const follower = this.#known.get(jobKey(job))
    this.#known.delete(jobKey(job))
    follower?.leaves(how)
  }

  #tellOfFault(error: unknown, job: Job): void {
    this.#deps.logger.error(
      { err: error, delivery: job.id },
      'a delivery job failed; it is rung again',
    )
  }

  #wakeLater(): void {
    clearTimeout(this.#timer)
    const at = this.#open ? this.#lanes.nextAt(this.#now()) : undefined
    if (at === undefined) return
    this.#timer = setTimeout(() => void this.turn(), Math.max(1, at - this.#now()))
  }

  #now(): number {
    return this.#deps.clock.monotonic()
  }
}

/** A job's name: one schedule of one delivery. */
export function jobKey(job: Pick<Job, 'id' | 'epoch'>): string {
  return `${job.id}:${job.epoch}`
}
