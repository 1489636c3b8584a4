import { LRUCache } from 'lru-cache'
import type { ShareId } from '#core/ids.ts'
import type { Logger } from '#ports/logger.ts'
import type { RevisionMark } from '#ports/store/shares.ts'
import type { Store } from '#ports/store/store.ts'
import { type Bell, startBell } from './bell.ts'
import type { StatusChange, StatusFeed } from './engine.ts'
import { createListeners } from './listeners.ts'

/** Changes of one share within this time are told as one. */
const COALESCE_MS = 250
/** What other processes and the visits' folding changed is found at least so often. */
const LOOK_MS = 500
const PAGE = 500
/** Shares whose last told revision is remembered, since the store may name one more than once. */
const TOLD = 10_000

/**
 * Raises the revisions of shares that changed, and tells who listens of all that were raised, in whichever
 * process.
 */
export interface StatusLoop extends StatusFeed {
  start(): void
  ring(): void
  stop(): Promise<void>
}

/** Tells nobody before `start`; what changed until then is told after it. */
export function createStatusLoop(deps: { store: Store; logger: Logger }): StatusLoop {
  const { shares } = deps.store
  const listeners = createListeners<StatusChange>((error, { share }) =>
    deps.logger.error({ err: error, share }, 'a status listener failed'),
  )
  const told = new LRUCache<ShareId, number>({ max: TOLD })
  let mark: RevisionMark | null = null

  function tell(change: StatusChange): void {
    if ((told.get(change.share) ?? 0) >= change.revision) return
    told.set(change.share, change.revision)
    listeners.tell(change)
  }

  /** Whether there may be more. */
  async function tellRaised(): Promise<boolean> {
    mark ??= (await shares.revisedSince(null, 0)).mark
    const { length } = await shares.revise(PAGE)
    const raised = await shares.revisedSince(mark, PAGE)
    mark = raised.mark
    for (const { id, account, revision } of raised.shares) tell({ share: id, account, revision })
    return length === PAGE || raised.shares.length === PAGE
  }

  let bell: Bell | undefined

  const begin = (): Bell =>
    startBell({
      restMs: LOOK_MS,
      gapMs: COALESCE_MS,
      run: async () => ((await tellRaised()) ? 0 : undefined),
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
    subscribe: listeners.subscribe,
  }
}
