/** Lanes whose turn has come are forgotten when there are more than this. */
const MANY = 2_000

/**
 * The round that each job of a channel belongs to: the next one that its lane has no job in, and none that is over.
 * Bull takes jobs by round, so that a lane with one job waits for one of each other lane, not for all of theirs.
 */
export class Rounds {
  readonly #last = new Map<string, number>()
  readonly #waiting = new Map<number, number>()
  #highest: number
  /** The first that is not over. */
  #current: number

  /** `latest`: jobs wait up to this round already; new ones come after them. */
  constructor(latest: number) {
    this.#highest = latest
    this.#current = latest + 1
  }

  /** A job begins to wait, in the round that it had or in its lane's next. */
  join(lane: string, had: number | undefined): number {
    const round = had ?? Math.max((this.#last.get(lane) ?? 0) + 1, this.#current)
    this.#last.set(lane, Math.max(this.#last.get(lane) ?? 0, round))
    this.#highest = Math.max(this.#highest, round)
    this.#waiting.set(round, (this.#waiting.get(round) ?? 0) + 1)
    return round
  }

  /** A job of this round no longer waits. The round is over with its last one. */
  leave(round: number): void {
    const left = (this.#waiting.get(round) ?? 0) - 1
    if (left > 0) this.#waiting.set(round, left)
    else this.#waiting.delete(round)
    while (this.#current <= this.#highest && !this.#waiting.has(this.#current)) this.#current++
    if (this.#last.size > MANY) this.#forgetPast()
  }

  #forgetPast(): void {
    for (const [lane, last] of this.#last) if (last < this.#current) this.#last.delete(lane)
  }
}
