import PQueue from 'p-queue'
import { laneKey } from '#core/address.ts'
import type { Clock } from '#ports/clock.ts'
import type { Admission, Job, JobHandler } from '#ports/dispatcher.ts'
import { Lanes } from './lanes.ts'

/** Jobs that wait in one lane before it counts as full; the store holds the rest. */
const LANE_ROOM = 32

/** What was aborted gets so long to write down what it came to. */
const ABORTED_MS = 2_000

export interface ChannelQueueDeps {
  readonly clock: Clock
  readonly handler: JobHandler
  onRoom(): void
  onFault(error: unknown, job: Job): void
}

/** One channel's jobs in this process: lanes in front, slots behind. */
export class ChannelQueue {
  readonly #lanes = new Lanes()
  readonly #known = new Set<string>()
  readonly #slots: PQueue
  readonly #deps: ChannelQueueDeps
  readonly #abort = new AbortController()
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

  offer(job: Job): void {
    const key = jobKey(job)
    if (!this.#open || this.#known.has(key)) return
    this.#known.add(key)
    this.#lanes.add(job)
  }

  /** Fills free slots with the jobs whose turn it is. One turn at a time; it ends when nothing may go. */
  async turn(): Promise<void> {
    if (this.#turning) return
    this.#turning = true
    try {
      while (this.#open && this.#slots.pending < this.#slots.concurrency) {
        const job = this.#lanes.choose(this.#now())
        if (!job) break
        await this.#consider(job)
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
    this.#lanes.clear()
    const finished = this.#slots.onIdle()
    if (await endsWithin(graceMs, finished)) return
    this.#abort.abort()
    await endsWithin(ABORTED_MS, finished)
  }

  async #consider(job: Job): Promise<void> {
    const admission = await this.#admit(job)
    if (!this.#open) return
    if (admission.kind === 'wait') {
      this.#lanes.refuse(job, admission.bucket, this.#now() + admission.waitMs)
      return
    }
    this.#lanes.take(job)
    if (admission.kind === 'go') this.#run(job)
    else this.#forget(job)
  }

  async #admit(job: Job): Promise<Admission> {
    try {
      return await this.#deps.handler.admit(job)
    } catch (error) {
      this.#deps.onFault(error, job)
      return { kind: 'gone' }
    }
  }

  #run(job: Job): void {
    void this.#slots
      .add(() => this.#deps.handler.run(job, this.#abort.signal))
      .catch((error: unknown) => this.#deps.onFault(error, job))
      .finally(() => {
        this.#forget(job)
        void this.turn()
      })
  }

  #forget(job: Job): void {
    this.#known.delete(jobKey(job))
    if (this.#lanes.sizeOf(laneKey(job.lane)) < LANE_ROOM / 2) this.#deps.onRoom()
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

function jobKey(job: Job): string {
  return `${job.id}:${job.epoch}`
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
