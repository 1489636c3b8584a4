import type { Logger } from '#ports/logger.ts'
import { leftAfter } from './within.ts'

/** More than so many at a time are a flood: what is asked for beyond is not begun. */
const MOST = 200

/** Work that nobody waits for. It lives in this process alone: what a crash cuts short is asked for again. */
export interface Background {
  /** `signal` ends when the process stops. */
  run(what: string, work: (signal: AbortSignal) => Promise<void>): void
  /** What is under way gets so long to end. */
  stop(graceMs: number): Promise<void>
}

export function createBackground({ logger }: { readonly logger: Logger }): Background {
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()

  async function attempt(
    what: string,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    // The caller has gone on before anything is done.
    await new Promise(setImmediate)
    try {
      await work(stopping.signal)
    } catch (error) {
      logger.error({ err: error, what }, 'work in the background failed')
    }
  }

  return {
    run(what, work) {
      if (stopping.signal.aborted || running.size >= MOST) {
        logger.warn({ what, running: running.size }, 'work in the background was not begun')
        return
      }
      const task = attempt(what, work).finally(() => running.delete(task))
      running.add(task)
    },
    async stop(graceMs) {
      stopping.abort()
      await leftAfter(graceMs, Promise.all(running))
    },
  }
}
