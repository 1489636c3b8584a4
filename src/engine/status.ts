import type { Logger } from '#ports/logger.ts'
import type { Store } from '#ports/store/store.ts'
import { type Bell, startBell } from './bell.ts'
import type { StatusChange, StatusFeed } from './engine.ts'

/** Changes of one share within this time are told as one. */
const COALESCE_MS = 250
/** What other processes and the visits' folding changed is found at least so often. */
const LOOK_MS = 500
const PAGE = 500

/** Raises the revisions of shares that changed, and tells who listens. */
export interface StatusLoop extends StatusFeed {
  start(): void
  ring(): void
  stop(): Promise<void>
}

/** Tells nobody before `start`; what changed until then is told after it. */
export function createStatusLoop(deps: { store: Store; logger: Logger }): StatusLoop {
  const listeners = new Set<(change: StatusChange) => void>()

  function tell(change: StatusChange): void {
    for (const listener of listeners) {
      try {
        listener(change)
      } catch (error) {
        deps.logger.error({ err: error, share: change.share }, 'a status listener failed')
      }
    }
  }

  let bell: Bell | undefined

  const begin = (): Bell =>
    startBell({
      restMs: LOOK_MS,
      gapMs: COALESCE_MS,
      async run() {
        const revised = await deps.store.shares.revise(PAGE)
        for (const { id, account, revision } of revised) tell({ share: id, account, revision })
        return revised.length === PAGE ? 0 : undefined
      },
      onFault: (error) => deps.logger.error({ err: error }, 'changes could not be read'),
    })
  return {
    start() {
      bell ??= begin()
    },
    ring: () => bell?.ring(),
    async stop() {
      await bell?.stop()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
