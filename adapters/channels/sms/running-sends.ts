import { setTimeout as sleep } from 'node:timers/promises'

/** The sends that run, so that a channel can be stopped when they are done. */
export interface RunningSends {
  readonly stopped: boolean
  run<T>(work: () => Promise<T>): Promise<T>
  /** Lets no send begin any more, and waits for those that run, some seconds at most. */
  stop(): Promise<void>
}

const STOP_MS = 5_000

export function createRunningSends(): RunningSends {
  const running = new Set<Promise<unknown>>()
  let stopped = false
  return {
    get stopped() {
      return stopped
    },
    async run(work) {
      const promise = work()
      running.add(promise)
      try {
        return await promise
      } finally {
        running.delete(promise)
      }
    },
    async stop() {
      stopped = true
      await Promise.race([Promise.allSettled(running), sleep(STOP_MS, undefined, { ref: false })])
    },
  }
}
