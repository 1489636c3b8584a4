import type { AccountId, DeliveryId, Instant, ShareId } from '#core/ids.ts'
import { SCANNED_WITHIN_MS } from '#core/visit/classify.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { FoldResult } from '#ports/store/visits.ts'
import { createListeners } from '../listeners.ts'

/** A delivery was opened for the first time: time to tell its sender. */
export interface Opened {
  readonly delivery: DeliveryId
  readonly share: ShareId
  readonly account: AccountId
  readonly at: Instant
}

/** Called once for each delivery that was opened. */
export type OpenListener = (opened: Opened) => void

/** Announces first opens: mail's ten seconds after the visit, unless it was taken back by then. */
export interface Opens {
  subscribe(listener: OpenListener): () => void
  take(result: Pick<FoldResult, 'opened' | 'takenBack'>): void
  /** Forgets what is still held back; the share's status has it all the same. */
  stop(): void
}

/** Runs a timer of its own while something is held back. */
export function createOpens({
  clock,
  logger,
}: {
  readonly clock: Clock
  readonly logger: Logger
}): Opens {
  const { tell, subscribe } = createListeners<Opened>((error, { delivery }) =>
    logger.error({ err: error, delivery }, 'a listener to opens failed'),
  )
  /** By delivery; `until` by the monotonic clock, which nobody puts back. */
  const held = new Map<DeliveryId, { readonly opened: Opened; readonly until: number }>()
  let timer: NodeJS.Timeout | undefined

  function release(): void {
    timer = undefined
    const now = clock.monotonic()
    for (const [delivery, { opened, until }] of held) {
      if (until > now) continue
      held.delete(delivery)
      tell(opened)
    }
    plan()
  }

  function plan(): void {
    const next = held.values().next().value
    if (!next || timer) return
    timer = setTimeout(release, Math.max(next.until - clock.monotonic(), 10))
  }

  function hold(opened: Opened): void {
    const stood = Math.max(clock.now() - opened.at, 0)
    const until = clock.monotonic() + Math.max(SCANNED_WITHIN_MS - stood, 0)
    held.set(opened.delivery, { opened, until })
  }

  return {
    subscribe,
    take({ opened, takenBack }) {
      for (const { via, ...first } of opened) {
        if (via === 'email') hold(first)
        else tell(first)
      }
      for (const delivery of takenBack) held.delete(delivery)
      plan()
    },
    stop() {
      clearTimeout(timer)
      held.clear()
    },
  }
}
