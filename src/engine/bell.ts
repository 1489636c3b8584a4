/**
 * A task that is rung: it runs once for any number of rings that come while it waits, again for those that come
 * while it runs, and by itself after `restMs`. Faults are handed to `onFault`, and the task goes on.
 */
export interface Bell {
  ring(): void
  /** Resolves when a run that is under way has ended. */
  stop(): Promise<void>
}

interface BellOptions {
  /** Runs once; may return how long to rest at most before the next run. */
  run(): Promise<number | undefined>
  /** Rest without a ring, in ms, where `run` does not say. */
  readonly restMs: number
  /** The shortest time between two runs, in ms. */
  readonly gapMs: number
  /** The same as a multiple of how long the run before took, so that what is dear is done less often. */
  readonly gapFactor?: number
  onFault(error: unknown): void
}

/** Runs for the first time at once. */
export function startBell(options: BellOptions): Bell {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let rung = false
  let open = true
  let restsUntil = 0
  let startsAt = Number.POSITIVE_INFINITY

  async function turn(): Promise<void> {
    rung = false
    let rest = options.restMs
    const begun = performance.now()
    try {
      rest = (await options.run()) ?? rest
    } catch (error) {
      options.onFault(error)
    }
    running = undefined
    const gap = Math.max(options.gapMs, (options.gapFactor ?? 0) * (performance.now() - begun))
    restsUntil = performance.now() + gap
    if (open) wait(rung ? gap : Math.max(rest, gap))
  }

  function start(): void {
    timer = undefined
    startsAt = Number.POSITIVE_INFINITY
    running = turn()
  }

  function wait(ms: number): void {
    startsAt = performance.now() + ms
    clearTimeout(timer)
    timer = setTimeout(start, ms)
  }

  wait(0)
  return {
    ring() {
      if (!open || rung) return
      rung = true
      const gap = Math.max(options.gapMs, restsUntil - performance.now())
      // What would run sooner by itself is not put off.
      if (!running && performance.now() + gap < startsAt) wait(gap)
    },
    async stop() {
      open = false
      clearTimeout(timer)
      await running
    },
  }
}
