import { laneKey } from '#core/address.ts'
import type { Job } from '#ports/dispatcher.ts'
import { jobKey } from '../channel-queue.ts'
import { Rounds } from './rounds.ts'

/** After so long a job that nobody took is offered once more: Redis may have lost it. */
const REPEAT_MS = 5_000
/** Fewer waiting jobs than this, and a lane has room. */
const LANE_ROOM = 32

interface RungJob {
  readonly lane: string
  readonly round: number
  /** When it was first rung. */
  readonly since: number
  /** It is in Bull, as far as is known. False: it was given back, and waits here. */
  readonly waits: boolean
  readonly againAt: number
}

/** A job that is to be handed to Bull. */
export interface Ringing {
  readonly job: Job
  readonly round: number
  /** For so long it was rung already without being taken. */
  readonly unheardMs: number
}

/**
 * What this process rang on a channel and nobody has taken yet, so that the same page of due work does not go to
 * Redis again and again. A memory, not a truth: Bull refuses what it has, the store knows what is due.
 */
export class Rung {
  readonly #jobs = new Map<string, RungJob>()
  readonly #waitingIn = new Map<string, number>()
  readonly #rounds: Rounds
  #waiting = 0
  #sweepAt = 0

  /** `latestRound`: the last that jobs wait for in Bull, whoever rang them. */
  constructor(latestRound: number) {
    this.#rounds = new Rounds(latestRound)
  }

  /** Jobs that wait in Bull, as far as is known. */
  get waiting(): number {
    return this.#waiting
  }

  /** The jobs that may be rung now, noted as rung. */
  ring(jobs: readonly Job[], now: number): readonly Ringing[] {
    this.#sweep(now)
    return jobs
      .filter((job) => (this.#jobs.get(jobKey(job))?.againAt ?? now) <= now)
      .map((job) => this.#note(job, now))
  }

  /** The job runs, or is to be rung as if it had never been. True: its lane has room for more. */
  forget(key: string): boolean {
    const known = this.#jobs.get(key)
    if (!known) return false
    this.#jobs.delete(key)
    if (known.waits) this.#leave(known)
    return (this.#waitingIn.get(known.lane) ?? 0) < LANE_ROOM
  }

  /** The job was given back, and may be rung again after so long. False: it is not known. */
  rest(key: string, againInMs: number, now: number): boolean {
    const known = this.#jobs.get(key)
    if (!known) return false
    if (known.waits) this.#leave(known)
    this.#jobs.set(key, { ...known, waits: false, againAt: now + againInMs })
    return true
  }

  #note(job: Job, now: number): Ringing {
    const known = this.#jobs.get(jobKey(job))
    const lane = laneKey(job.lane)
    const round = known?.waits ? known.round : this.#join(lane, known?.round)
    const since = known?.since ?? now
    this.#jobs.set(jobKey(job), { lane, round, since, waits: true, againAt: now + REPEAT_MS })
    return { job, round, unheardMs: now - since }
  }

  #join(lane: string, had: number | undefined): number {
    this.#waiting++
    this.#waitingIn.set(lane, (this.#waitingIn.get(lane) ?? 0) + 1)
    return this.#rounds.join(lane, had)
  }

  #leave({ lane, round }: RungJob): void {
    this.#waiting--
    const left = (this.#waitingIn.get(lane) ?? 0) - 1
    if (left > 0) this.#waitingIn.set(lane, left)
    else this.#waitingIn.delete(lane)
    this.#rounds.leave(round)
  }

  /** Forgets what is no longer rung again: it was settled, and we missed it. */
  #sweep(now: number): void {
    if (now < this.#sweepAt) return
    this.#sweepAt = now + REPEAT_MS
    for (const [key, { againAt }] of this.#jobs) if (againAt + REPEAT_MS < now) this.forget(key)
  }
}
