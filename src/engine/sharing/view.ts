import type { Via } from '#core/address.ts'
import { CANCELLABLE, isFinal, RETRYABLE, type Reason, stateAt } from '#core/delivery.ts'
import { type Delivery, type Share, standingOf } from '#core/share.ts'
import { costOf, type SmsPrice } from '#core/sms-price.ts'
import type { TextKey, Texts } from '#locales/texts.ts'
import type { DeliveryVisits } from '#ports/store/visits.ts'
import type { DeliveryView, ShareView } from '../engine.ts'
import { openArrivals, refOf } from '../reaching/arrivals.ts'

/** What a view is made of besides the share: what only this process and moment know. */
export interface ViewContext {
  readonly now: number
  readonly texts: Texts
  linkOf(delivery: Delivery): string
  /** What carries the delivery's channel here. */
  viaOf(delivery: Delivery): Via
  isDown(delivery: Delivery): boolean
  /** Something carries the delivery's channel here. */
  isConfigured(delivery: Delivery): boolean
  readonly smsPrices: readonly SmsPrice[]
}

interface ShareParts {
  readonly share: Share
  readonly deliveries: readonly Delivery[]
  readonly visits: readonly DeliveryVisits[]
}

/** A share as its sender may see it now. */
export function viewShare(parts: ShareParts, context: ViewContext): ShareView {
  const { share, deliveries } = parts
  const visits = new Map(parts.visits.map((entry) => [entry.delivery, entry]))
  return {
    id: share.id,
    target: share.target,
    note: share.note,
    tracking: share.tracking,
    createdAt: share.createdAt,
    sendAt: share.sendAt,
    expiresAt: share.expiresAt,
    cancelledAt: share.cancelledAt,
    recalledAt: share.recalledAt,
    revision: share.revision,
    deliveries: deliveries.map((delivery) =>
      viewDelivery(share, delivery, visits.get(delivery.id), context),
    ),
    cost: costOf(
      context.smsPrices,
      deliveries
        .filter((delivery) => isCharged(delivery, context))
        .map(({ address, cost }) => ({ number: address?.value ?? null, segments: cost })),
    ),
  }
}

/** Whether it is a text message or WAP push that went out, or will unless something keeps it from it. */
function isCharged(delivery: Delivery, { now, viaOf }: ViewContext): boolean {
  const byPhone = ['sms', 'wap-push'].includes(delivery.lane.channel)
  if (!byPhone || (delivery.via ?? viaOf(delivery)) === 'outbox') return false
  const state = stateAt(delivery, now)
  if (state === 'suppressed' || state === 'cancelled') return false
  const ended = state === 'recalled' || state === 'failed'
  return !ended || delivery.acceptedAt !== null
}

/** A delivery as its sender may see it now. `visits`: undefined where nobody came. */
export function viewDelivery(
  share: Share,
  delivery: Delivery,
  visits: DeliveryVisits | undefined,
  context: ViewContext,
): DeliveryView {
  const state = stateAt(delivery, context.now)
  const tracked = share.tracking === 'full' && !onlyUntracked(visits)
  return {
    id: delivery.id,
    recipient: delivery.recipient,
    name: delivery.name,
    channel: delivery.lane.channel,
    address: delivery.address?.value ?? null,
    state,
    link: context.linkOf(delivery),
    via: delivery.via ?? context.viaOf(delivery),
    attempts: delivery.attempts,
    tracked,
    firstOpenedAt: tracked ? (visits?.firstOpenedAt ?? null) : null,
    opens: share.tracking === 'off' ? 0 : (visits?.counts.human ?? 0),
    doubtful: visits?.doubtful ?? false,
    error: errorOf(delivery, state, context),
    dueAt: isFinal(state) ? null : delivery.dueAt,
    changedAt: delivery.changedAt,
    replaces: delivery.replaces,
    came: openArrivals(delivery).map(({ user }) => ({ user, ref: refOf(user) })),
    may: mayBe(share, delivery, state, context.now),
  }
}

/** Every visit there was asked not to be tracked. */
function onlyUntracked(visits: DeliveryVisits | undefined): boolean {
  return visits !== undefined && visits.untracked > 0 && visits.untracked >= visits.counts.human
}

function errorOf(
  delivery: Delivery,
  state: DeliveryView['state'],
  context: ViewContext,
): DeliveryView['error'] {
  const reason = reasonOf(delivery, state, context)
  if (!reason) return null
  const sentence = context.texts(sentenceOf(reason, state))
  // A suppressed endpoint reads as one neutral word; providers' words would give more away.
  const spoken = reason === 'suppressed' ? null : delivery.detail
  return { code: reason, detail: spoken ? `${sentence} (${spoken})` : sentence }
}

/** What is uncertain and goes out once more by itself asks nothing of the sender. */
function sentenceOf(reason: Reason, state: DeliveryView['state']): TextKey {
  if (reason === 'outcome_unknown' && !isFinal(state)) return 'reason.outcome_unknown_again'
  return `reason.${reason}`
}

function reasonOf(
  delivery: Delivery,
  state: DeliveryView['state'],
  context: ViewContext,
): Reason | null {
  const waits = state === 'queued' || state === 'scheduled'
  if (waits && context.isDown(delivery)) return 'connection_down'
  if (waits && !context.isConfigured(delivery)) return 'channel_not_configured'
  if (waits && delivery.reason === 'connection_down') return null
  return delivery.reason
}

function mayBe(
  share: Share,
  delivery: Delivery,
  state: DeliveryView['state'],
  now: number,
): DeliveryView['may'] {
  const dead = share.recalledAt !== null || delivery.recalledAt !== null
  const known = delivery.address !== null
  const open = !dead && standingOf(share, now) === 'stands'
  return {
    retry: open && known && RETRYABLE.includes(state),
    cancel: !dead && CANCELLABLE.includes(state),
    recall: !dead && state !== 'recalled',
    fix: open && ['failed', 'unknown', 'suppressed', 'waiting'].includes(state),
  }
}
