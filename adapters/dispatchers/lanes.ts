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

  /** The jobs whose turn it is, left in their places: one of each lane, then another of each; `count` at most. */
  choose(now: number, count: number): readonly Job[] {
    const chosen: Job[] = []
    let round: Iterable<Iterator<WaitingJob>> = this.#freeOfEachLane(now)
    while (chosen.length < count) {
      const next: Iterator<WaitingJob>[] = []
      for (const lane of round) {
        if (chosen.length === count) break
        const free = lane.next()
        if (free.done) continue
        chosen.push(free.value.job)
        next.push(lane)
      }
      if (next.length === 0) break
      round = next
    }
    return chosen
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

  /** How many jobs of the lane the bucket refused last. */
  waitingFor(lane: string, bucket: string): number {
    return this.#lanes.get(lane)?.filter(({ waitsFor }) => waitsFor === bucket).length ?? 0
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

  /** Takes everything out. */
  clear(): readonly Job[] {
    const left = [...this.#lanes.values()].flat().map(({ job }) => job)
    this.#lanes.clear()
    this.#refusedUntil.clear()
    this.#size = 0
    return left
  }

  *#freeOfEachLane(now: number): Generator<Iterator<WaitingJob>> {
    for (const waiting of this.#lanes.values()) {
      yield Iterator.from(waiting).filter((entry) => this.#isFree(entry, now))
    }
  }

  #isFree(entry: WaitingJob, now: number): boolean {
    return entry.waitsFor === null || (this.#refusedUntil.get(entry.waitsFor) ?? 0) <= now
  }
}
