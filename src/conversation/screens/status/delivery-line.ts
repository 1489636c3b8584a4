import type { DeliveryState } from '#core/delivery.ts'
import type { DeliveryView } from '#engine/engine.ts'
import { whenWords } from '../time.ts'
import type { StatusView } from './view.ts'

const MARKS: Readonly<Record<DeliveryState, string>> = {
  scheduled: '🕒',
  queued: '⏳',
  sending: '⏳',
  accepted: '✓',
  delivered: '✓✓',
  waiting: '✋',
  failed: '✗',
  suppressed: '✗',
  cancelled: '–',
  recalled: '–',
  unknown: '?',
}

/** One recipient in one line: who, where it stands, why, and whether they opened it. */
export function deliveryLine(delivery: DeliveryView, view: StatusView): string {
  const { texts } = view
  const who = whoOf(delivery, view)
  const kept = delivery.via === 'outbox' && delivery.state === 'accepted'
  const state = texts(kept ? 'state.kept' : `state.${delivery.state}`)
  const why = delivery.error ? `: ${delivery.error.detail}` : ''
  return [`${MARKS[delivery.state]} ${who}: ${state}${why}`, opened(delivery, view)]
    .filter(Boolean)
    .join(' · ')
}

export function whoOf({ name, recipient, address }: DeliveryView, { texts }: StatusView): string {
  return name ?? recipient ?? address ?? texts('chat.status.blanked')
}

function opened(delivery: DeliveryView, view: StatusView): string {
  const { firstOpenedAt, opens, doubtful } = delivery
  if (firstOpenedAt === null) return ''
  const key = doubtful ? 'chat.status.openedPerhaps' : 'chat.status.opened'
  return `👁 ${view.texts(key, { time: whenWords(firstOpenedAt, view), count: opens })}`
}
