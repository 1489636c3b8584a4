/** npm passes a terminal's signal on, which has reached us already: a repeat so soon is the same one. */
const REPEAT_MS = 1_000
const PARENT_MS = 500

export interface Ending {
  /** Called once, at the first signal. */
  stop(why: string): Promise<void>
  /** A later signal: the person will not wait. */
  force(): void
}

/** Stops gracefully on SIGINT, SIGTERM and SIGHUP, and at once on a second one that is not a repeat. */
export function onSignals(ending: Ending, now: () => number = () => performance.now()): void {
  let first: number | undefined
  const receive = (signal: string): void => {
    if (first === undefined) {
      first = now()
      void ending.stop(signal)
    } else if (now() - first > REPEAT_MS) {
      ending.force()
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, receive)
}

/**
 * Stops when the npm that started us is gone: killed hard, it cannot pass a signal on, and a server that nobody
 * sees would go on holding the port and the data folder.
 */
export function onNpmGone(stop: (why: string) => Promise<void>, env = process.env): void {
  if (!env.npm_lifecycle_event) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    void stop('npm is gone')
  }, PARENT_MS)
  timer.unref()
}
