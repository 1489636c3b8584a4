/** Lanes whose turn has come are forgotten when there are more than this. */
const MANY = 2_000

/**
 * Which round of its channel a job belongs to: the next one that its lane has no job in, and none that is over. Bull
 * takes jobs by round, so that a lane with one job waits for one of each other lane, not for all of theirs
 * (start-time fair queueing).
 */
export class Rounds {
  readonly #last = new Map<string, number>()
  #current: number

  /** `current`: the latest round that jobs wait for already; new ones come after it. */
  constructor(current: number) {
    this.#current = current
  }

  next(lane: string): number {
    const round = Math.max(this.#last.get(lane) ?? 0, this.#current) + 1
    this.#last.set(lane, round)
    return round
  }

  /** A job of this round runs. */
  reached(round: number): void {
    this.#current = Math.max(this.#current, round)
    if (this.#last.size <= MANY) return
    for (const [lane, last] of this.#last) if (last <= this.#current) this.#last.delete(lane)
  }
}
