import { laneKey } from '#core/address.ts'
import type { Job } from '#ports/dispatcher.ts'
import { jobKey } from '../channel-queue.ts'

/** After so long a job that nobody took is offered once more: Redis may have lost it. */
const REPEAT_MS = 5_000
/** Fewer waiting jobs than this, and a lane has room. */
const LANE_ROOM = 32

interface RungJob {
  readonly lane: string
  readonly round: number
  /** When it was first rung. */
  readonly since: number
  againAt: number
  /** It is in Bull, as far as is known. False: it was given back, and waits here. */
  waits: boolean
}

/** A job that is to be handed to Bull. */
export interface Ringing {
  readonly job: Job
  readonly round: number
  /** For so long it was rung already without being taken. */
  readonly unheardMs: number
}

/**
 * What this process rang and nobody has taken yet, so that the same page of due work does not go to Redis again and
 * again. A memory, not a truth: Bull refuses what it has, the store knows what is due.
 */
export class Rung {
  readonly #jobs = new Map<string, RungJob>()
  readonly #waitingIn = new Map<string, number>()
  #waiting = 0
  #sweepAt = 0

  /** Jobs that wait in Bull, as far as is known. */
  get waiting(): number {
    return this.#waiting
  }

  /** The jobs that may be rung now, each once. */
  fresh(jobs: readonly Job[], now: number): readonly Job[] {
    this.#sweep(now)
    const each = new Map(jobs.map((job) => [jobKey(job), job]))
    return [...each]
      .filter(([key]) => (this.#jobs.get(key)?.againAt ?? now) <= now)
      .map(([, job]) => job)
  }

  /** Notes that a job is rung now; `round` is asked where it has none yet. */
  note(job: Job, now: number, round: (lane: string) => number): Ringing {
    const key = jobKey(job)
    const known = this.#jobs.get(key)
    const lane = laneKey(job.lane)
    const rung = {
      lane,
      round: known?.round ?? round(lane),
      since: known?.since ?? now,
      againAt: now + REPEAT_MS,
      waits: true,
    }
    if (!known?.waits) this.#count(lane, 1)
    this.#jobs.set(key, rung)
    return { job, round: rung.round, unheardMs: now - rung.since }
  }

  /** The job runs, or is rung anew as if it had never been. Its round; undefined where it was not known. */
  forget(key: string): number | undefined {
    const known = this.#jobs.get(key)
    if (!known) return undefined
    this.#jobs.delete(key)
    if (known.waits) this.#count(known.lane, -1)
    return known.round
  }

  /** The job was given back and may be rung again after so long. */
  rest(key: string, againInMs: number, now: number): void {
    const known = this.#jobs.get(key)
    if (!known) return
    if (known.waits) this.#count(known.lane, -1)
    known.waits = false
    known.againAt = now + againInMs
  }

  /** Whether the job's lane has room for more. */
  hasRoom(lane: string): boolean {
    return (this.#waitingIn.get(lane) ?? 0) < LANE_ROOM
  }

  laneOf(key: string): string | undefined {
    return this.#jobs.get(key)?.lane
  }

  clear(): void {
    for (const key of [...this.#jobs.keys()]) this.forget(key)
  }

  /** Forgets what is no longer rung again: it was settled, and we missed it. */
  #sweep(now: number): void {
    if (now < this.#sweepAt) return
    this.#sweepAt = now + REPEAT_MS
    for (const [key, { againAt }] of this.#jobs) if (againAt + REPEAT_MS < now) this.forget(key)
  }

  #count(lane: string, by: number): void {
    this.#waiting += by
    const count = (this.#waitingIn.get(lane) ?? 0) + by
    if (count > 0) this.#waitingIn.set(lane, count)
    else this.#waitingIn.delete(lane)
  }
}
