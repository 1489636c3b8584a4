import { setTimeout as sleep } from 'node:timers/promises'

/** The sends that run, so that a channel can be stopped when they are done, and started again. */
export interface RunningSends {
  readonly stopped: boolean
  run<T>(work: () => Promise<T>): Promise<T>
  /** Lets sends begin (again), once a stop under way has ended. Before the first stop they may without. */
  start(): Promise<void>
  /** Lets no send begin any more, waits for those that run, some seconds at most, and closes. */
  stop(): Promise<void>
}

const STOP_MS = 5_000

/** `close` ends what sends went over. */
export function createRunningSends(close: () => Promise<void> | void): RunningSends {
  const running = new Set<Promise<unknown>>()
  let stopping: Promise<void> | undefined

  const end = async (): Promise<void> => {
    await Promise.race([Promise.allSettled(running), sleep(STOP_MS, undefined, { ref: false })])
    await close()
  }

  return {
    get stopped() {
      return stopping !== undefined
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
    async start() {
      await stopping
      stopping = undefined
    },
    stop() {
      stopping ??= end()
      return stopping
    },
  }
}
