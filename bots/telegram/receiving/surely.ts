import { setTimeout as sleep } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import type { Logger } from '#ports/logger.ts'
import type { HandleUpdate } from '../handle-update.ts'
import type { Self } from '../reading/read-message.ts'
import type { Received } from '../reading/read-update.ts'

/** What fails so often while all else works will go on failing. */
const MAX_TRIES = 5
const LONGEST_WAIT_MS = 5_000
/** Updates whose ids are remembered: Telegram repeats them within minutes, if at all. */
const MAX_REMEMBERED = 5_000

export interface SurelyDeps {
  readonly handle: HandleUpdate
  /** Throws where nothing can be stored: then no update is to blame. */
  ready(): Promise<void>
  readonly logger: Logger
  /** Before the second try. */
  readonly firstWaitMs: number
}

/** Handles updates, each once in this process. */
export interface Surely {
  /** Once; true: it is done with. */
  once(received: Received, self: Self): Promise<boolean>
  /** Until it is done with. Rejects once the signal ends before. */
  untilDone(received: Received, self: Self, signal: AbortSignal): Promise<void>
}

/** An update that fails again and again is left out, so that it holds up no other; what is in it is not told. */
export function createSurely({ handle, ready, logger, firstWaitMs }: SurelyDeps): Surely {
  const done = new LRUCache<number, true>({ max: MAX_REMEMBERED })
  const tries = new LRUCache<number, number>({ max: MAX_REMEMBERED })
  const underWay = new Map<number, Promise<boolean>>()

  async function attempt(received: Received, self: Self): Promise<boolean> {
    const { update_id: id } = received.update
    try {
      await handle(received, self)
      return true
    } catch (error) {
      const failed = (tries.get(id) ?? 0) + 1
      tries.set(id, failed)
      const hopeless = failed >= MAX_TRIES && (await isReady())
      const words = hopeless ? 'an update is left out' : 'an update could not be handled'
      logger[hopeless ? 'error' : 'warn']({ err: error, update: id, failed }, words)
      return hopeless
    }
  }

  async function isReady(): Promise<boolean> {
    return ready().then(
      () => true,
      () => false,
    )
  }

  async function once(received: Received, self: Self): Promise<boolean> {
    const { update_id: id } = received.update
    if (done.has(id)) return true
    // The same one comes again while it is worked on, where that takes long.
    const running = underWay.get(id) ?? attempt(received, self)
    underWay.set(id, running)
    try {
      const finished = await running
      if (finished) done.set(id, true)
      return finished
    } finally {
      underWay.delete(id)
    }
  }

  return {
    once,
    async untilDone(received, self, signal) {
      for (
        let wait = firstWaitMs;
        !(await once(received, self));
        wait = Math.min(2 * wait, LONGEST_WAIT_MS)
      ) {
        await sleep(wait, undefined, { signal })
      }
    },
  }
}
