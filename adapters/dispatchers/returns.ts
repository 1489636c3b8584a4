/** Nothing is put off longer at a time: a bucket may come free sooner than it said. */
const LONGEST_MS = 5_000

/**
 * When jobs that go back for a bucket's sake should come again: each a wait later than the one before, so that there
 * is always one at hand and the rest neither come nor go.
 */
export class Returns {
  readonly #latest = new Map<string, number>()

  /** In how many ms the next one should come; `ahead` of its lane wait here for the bucket. */
  next(lane: string, bucket: string, wait: { now: number; waitMs: number; ahead: number }): number {
    const { now, waitMs, ahead } = wait
    this.#forgetPast(now)
    const key = `${lane} ${bucket}`
    const at = Math.max(now + ahead * waitMs, this.#latest.get(key) ?? 0) + waitMs
    const within = Math.min(at, now + Math.max(waitMs, LONGEST_MS))
    this.#latest.set(key, within)
    return within - now
  }

  #forgetPast(now: number): void {
    for (const [key, at] of this.#latest) if (at <= now) this.#latest.delete(key)
  }
}
