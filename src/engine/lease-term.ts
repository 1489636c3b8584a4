import type { Turn } from '#ports/bot.ts'
import type { Clock } from '#ports/clock.ts'

/** The store's term runs so much longer than ours: what is under way gets this to end. */
export const MARGIN_MS = 2_000
/** Of that margin, kept for the ending itself. */
const ENDING_MS = 500

/** A turn as whoever works under the lease sees it. */
export interface LeasedTurn extends Turn {
  /**
   * Ends when the lease is lost, and the turn's signal with it. Where the work is merely to stop, the lease is
   * renewed until it has ended, however long that takes.
   */
  readonly lost: AbortSignal
  /** For how long after that the work may go on: less than another process has to wait for the name. */
  cutInMs(): number
}

/** One term of having a name, by this process's own clock. */
export class LeaseTerm {
  readonly turn: LeasedTurn
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #stopping: AbortSignal
  readonly #ending = new AbortController()
  readonly #lost = new AbortController()
  /** Ends when there is nothing more to renew. */
  readonly #over = new AbortController()
  #until: number
  #watchdog: NodeJS.Timeout | undefined

  constructor(until: number, stopping: AbortSignal, clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
    this.#stopping = stopping
    stopping.addEventListener('abort', this.#end, { once: true })
    this.#until = until
    this.#watch()
    this.turn = {
      signal: this.#ending.signal,
      lost: this.#lost.signal,
      holds: (forMs = 0) => !this.#ending.signal.aborted && this.#leftMs() > forMs,
      cutInMs: () => Math.max(0, Math.min(0, this.#leftMs()) + MARGIN_MS - ENDING_MS),
    }
  }

  get over(): AbortSignal {
    return this.#over.signal
  }

  get isLost(): boolean {
    return this.#lost.signal.aborted
  }

  /** Ours until then. What had run out meanwhile may have been another's, and is no longer the same term. */
  extend(until: number): void {
    if (this.over.aborted) return
    if (this.#leftMs() > 0) {
      this.#until = until
      this.#watch()
    } else this.#lose()
  }

  /** Another has it already. */
  rob(): void {
    this.#until = Number.NEGATIVE_INFINITY
    this.#lose()
  }

  /** The work has ended. */
  close(): void {
    this.#stopping.removeEventListener('abort', this.#end)
    clearTimeout(this.#watchdog)
    this.#over.abort()
    this.#end()
  }

  readonly #end = (): void => this.#ending.abort()

  #watch(): void {
    clearTimeout(this.#watchdog)
    this.#watchdog = setTimeout(() => this.#lose(), this.#leftMs())
  }

  #lose(): void {
    this.#lost.abort()
    this.#over.abort()
    this.#end()
  }

  #leftMs(): number {
    return this.#until - this.#clock.monotonic()
  }
}
