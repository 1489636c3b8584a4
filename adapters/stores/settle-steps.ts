import { isFinal, type ReceiptVerdict, receiptMoves } from '#core/delivery.ts'
import type { Instant } from '#core/ids.ts'
import type { SettleRequest } from '#ports/store/deliveries.ts'
import type { ShareFate, StoredDelivery } from './stored-delivery.ts'

/** What a send came to, unless the sender took it back in the meantime. */
export function settleStep(
  delivery: StoredDelivery,
  share: ShareFate,
  request: SettleRequest,
  now: Instant,
): StoredDelivery {
  const { settlement } = request
  const reached = settlement.state === 'accepted' || settlement.state === 'delivered'
  const sent: StoredDelivery = {
    ...delivery,
    ...settledState(delivery, share, request, now),
    via: request.via,
    attempts: delivery.attempts + settlement.attempts,
    unknowns: delivery.unknowns + settlement.unknowns,
    changedAt: now,
    acceptedAt: reached ? (delivery.acceptedAt ?? now) : delivery.acceptedAt,
    providerIds: [...new Set([...delivery.providerIds, ...request.providerIds])],
  }
  const nothingWent = sent.attempts === 0 && sent.unknowns === 0
  return nothingWent ? { ...sent, countedAt: null } : sent
}

type StateFields = Pick<StoredDelivery, 'state' | 'reason' | 'detail' | 'dueAt' | 'deadlineAt'>

function settledState(
  delivery: StoredDelivery,
  share: ShareFate,
  { settlement }: SettleRequest,
  now: Instant,
): StateFields {
  const { deadlineAt } = delivery
  if (share.recalledAt !== null || delivery.recalledAt !== null) {
    return { state: 'recalled', reason: null, detail: null, dueAt: null, deadlineAt }
  }
  if (share.cancelledAt !== null && !isFinal(settlement.state)) {
    const unknown = settlement.unknowns > 0
    const { detail } = settlement
    return unknown
      ? { state: 'unknown', reason: 'outcome_unknown', detail, dueAt: null, deadlineAt }
      : { state: 'cancelled', reason: null, detail: null, dueAt: null, deadlineAt }
  }
  const { state, reason, detail, dueInMs, deadlineInMs } = settlement
  const deadline = deadlineInMs === undefined ? deadlineAt : ((now + deadlineInMs) as Instant)
  const due = dueInMs === null ? deadline : ((now + dueInMs) as Instant)
  return { state, reason, detail, dueAt: isFinal(state) ? null : due, deadlineAt: deadline }
}

/** Undefined where the receipt would move the delivery backwards, or nowhere. */
export function receiptStep(
  delivery: StoredDelivery,
  verdict: ReceiptVerdict,
  now: Instant,
): StoredDelivery | undefined {
  if (!receiptMoves(delivery.state, verdict.state)) return undefined
  const reached = verdict.state !== 'failed'
  return {
    ...delivery,
    state: verdict.state,
    reason: verdict.reason,
    detail: verdict.detail,
    dueAt: null,
    changedAt: now,
    acceptedAt: reached ? (delivery.acceptedAt ?? now) : delivery.acceptedAt,
  }
}
