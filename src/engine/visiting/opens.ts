import type { AccountId, DeliveryId, Instant, ShareId } from '#core/ids.ts'
import { SCANNED_WITHIN_MS } from '#core/visit/classify.ts'
import type { Clock } from '#ports/clock.ts'
import type { FoldResult } from '#ports/store/visits.ts'

/** A delivery was opened for the first time: time to tell its sender. */
export interface Opened {
  readonly delivery: DeliveryId
  readonly share: ShareId
  readonly account: AccountId
  readonly at: Instant
}

export type OpenListener = (opened: Opened) => void

/** Announces first opens: mail's ten seconds after the visit, unless it was taken back by then. */
export interface Opens {
  subscribe(listener: OpenListener): () => void
  take(result: Pick<FoldResult, 'opened' | 'takenBack'>): void
  /** Forgets what is still held back; the share's status has it all the same. */
  stop(): void
}

export function createOpens(clock: Clock): Opens {
  const listeners = new Set<OpenListener>()
  /** By delivery, in the order of their times. */
  const held = new Map<DeliveryId, Opened>()
  let timer: NodeJS.Timeout | undefined

  const announce = (opened: Opened): void => {
    for (const listener of listeners) listener(opened)
  }

  function release(): void {
    timer = undefined
    const due = clock.now() - SCANNED_WITHIN_MS
    for (const [delivery, opened] of held) {
      if (opened.at > due) break
      held.delete(delivery)
      announce(opened)
    }
    plan()
  }

  function plan(): void {
    const next = held.values().next().value
    if (!next || timer) return
    timer = setTimeout(release, Math.max(next.at + SCANNED_WITHIN_MS - clock.now(), 10))
  }

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    take({ opened, takenBack }) {
      for (const { via, ...first } of opened) {
        if (via === 'email') held.set(first.delivery, first)
        else announce(first)
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
