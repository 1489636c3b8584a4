import type { Update } from 'grammy/types'
import { createInTurn } from '#conversation/in-turn.ts'
import type { Self } from '../reading/read-message.ts'
import type { Received } from '../reading/read-update.ts'
import { gatherAlbums } from './albums.ts'
import { laneOf } from './lanes.ts'
import type { Surely } from './surely.ts'

/** Updates that were taken on, and how far they are done with. */
export interface UnderWay {
  /** Takes on those that are new: a chat's one after another, those of others beside them. */
  take(updates: readonly Update[]): void
  /** The first that is not done with; undefined: none came yet. */
  next(): number | undefined
  /** All that was taken on is done with; or the signal has ended, and nothing runs any more. */
  idle(): Promise<void>
}

/** However long one of them takes, it holds up its own chat alone. */
export function createUnderWay(surely: Surely, self: Self, signal: AbortSignal): UnderWay {
  const inTurn = createInTurn()
  const taken = new Set<number>()
  const left = new Set<number>()
  const running = new Set<Promise<void>>()
  let after: number | undefined

  const next = (): number | undefined => (left.size > 0 ? Math.min(...left) : after)

  function isNew({ update_id: id }: Update): boolean {
    if (taken.has(id)) return false
    taken.add(id)
    return true
  }

  /** What is left when the signal ends comes again. */
  async function handle(received: Received): Promise<void> {
    if (signal.aborted) return
    await surely.untilDone(received, self, signal).then(
      () => left.delete(received.update.update_id),
      () => undefined,
    )
  }

  function begin(received: Received): void {
    left.add(received.update.update_id)
    const run = inTurn(laneOf(received.update), () => handle(received))
    running.add(run)
    void run.finally(() => running.delete(run))
  }

  return {
    next,
    take(updates) {
      for (const received of gatherAlbums(updates.filter(isNew))) begin(received)
      const last = updates.at(-1)
      if (last) after = last.update_id + 1
      // Telegram tells from the next one on.
      for (const id of taken) if (id < (next() ?? 0)) taken.delete(id)
    },
    async idle() {
      await Promise.all(running)
    },
  }
}
