import { type DeliveryState, type Reason, stateAt } from '#core/delivery.ts'
import type { Instant } from '#core/ids.ts'
import type { Delivery, Share } from '#core/share.ts'
import { arrivalsOf } from './arrival-steps.ts'

/**
 * A delivery as stores keep it. What each use case makes of one stands in the files `…-steps.ts`, as functions of
 * values that read no clock and write nothing, so that every adapter keeps the same rules.
 */
export interface StoredDelivery extends Delivery {
  /** The claim that is sending it, or that sent it last, while nothing else was made of it since. */
  readonly holder: string | null
  /** When it began to count against its recipient's cap; null while no send of it counts. */
  readonly countedAt: Instant | null
}

/** Whether and when a share was taken back. */
export type ShareFate = Pick<Share, 'cancelledAt' | 'recalledAt'>

/** The delivery as callers see it: without what only stores know, a schedule come due read as queued. */
export function viewOf(stored: StoredDelivery, now: number): Delivery {
  const { holder: _holder, countedAt: _countedAt, ...delivery } = stored
  return { ...delivery, state: stateAt(stored, now), arrivals: arrivalsOf(stored) }
}

export function endedStep(
  delivery: StoredDelivery,
  state: DeliveryState,
  reason: Reason | null,
  now: Instant,
): StoredDelivery {
  return {
    ...delivery,
    state,
    reason,
    detail: null,
    epoch: delivery.epoch + 1,
    holder: null,
    dueAt: null,
    changedAt: now,
  }
}

/** Takes away what names the recipient; the channel, the code and the endpoint's hash stay. */
export function blankStep(delivery: StoredDelivery): StoredDelivery {
  return {
    ...delivery,
    recipient: null,
    name: null,
    address: null,
    detail: null,
    providerIds: [],
    arrivals: [],
  }
}
