import { laneKey } from '#core/address.ts'
import type { Job } from '#ports/dispatcher.ts'

interface WaitingJob {
  readonly job: Job
  /** The bucket that refused it last. */
  waitsFor: string | null
}

/**
 * The waiting jobs of one channel, a queue for each lane. Lanes take turns: one that gave a job goes to the end,
 * one that was refused keeps its place. Jobs that need a bucket which refused lately are passed over.
 */
export class Lanes {
  readonly #lanes = new Map<string, WaitingJob[]>()
  readonly #refusedUntil = new Map<string, number>()
  #size = 0

  get size(): number {
    return this.#size
  }

  sizeOf(lane: string): number {
    return this.#lanes.get(lane)?.length ?? 0
  }

  add(job: Job): void {
    const key = laneKey(job.lane)
    const waiting = this.#lanes.get(key)
    if (waiting) waiting.push({ job, waitsFor: null })
    else this.#lanes.set(key, [{ job, waitsFor: null }])
    this.#size++
  }

  /** The job whose turn it is, left in its place; undefined where none may be asked for now. */
  choose(now: number): Job | undefined {
    for (const waiting of this.#lanes.values()) {
      const free = waiting.find((entry) => this.#isFree(entry, now))
      if (free) return free.job
    }
    return undefined
  }

  /** Takes a chosen job out; its lane goes to the end of the round. */
  take(job: Job): void {
    const key = laneKey(job.lane)
    const waiting = this.#lanes.get(key)
    const index = waiting?.findIndex((entry) => entry.job === job) ?? -1
    if (!waiting || index < 0) return
    waiting.splice(index, 1)
    this.#size--
    this.#lanes.delete(key)
    if (waiting.length > 0) this.#lanes.set(key, waiting)
  }

  refuse(job: Job, bucket: string, until: number): void {
    this.#refusedUntil.set(bucket, until)
    const entry = this.#lanes.get(laneKey(job.lane))?.find((candidate) => candidate.job === job)
    if (entry) entry.waitsFor = bucket
  }

  /** When the first refused bucket may be asked again; undefined where nothing waits for one. */
  nextAt(now: number): number | undefined {
    let earliest: number | undefined
    for (const [bucket, until] of this.#refusedUntil) {
      // One that came free since jobs were last chosen from still has to be told of, once.
      if (until <= now) this.#refusedUntil.delete(bucket)
      earliest = Math.min(until, earliest ?? until)
    }
    return this.#size > 0 ? earliest : undefined
  }

  clear(): void {
    this.#lanes.clear()
    this.#refusedUntil.clear()
    this.#size = 0
  }

  #isFree(entry: WaitingJob, now: number): boolean {
    return entry.waitsFor === null || (this.#refusedUntil.get(entry.waitsFor) ?? 0) <= now
  }
}
