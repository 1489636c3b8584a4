import type { DeliveryState } from '#core/delivery.ts'
import { shorten } from '#core/text.ts'
import type { DeliveryView } from '#engine/engine.ts'
import { whenWords } from '../time.ts'
import { calledSo } from '../words.ts'
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

/** What is shown of a name or address, and of a provider's words. */
const MAX_WHO = 64
const MAX_WHY = 200

/** One recipient in one line: who, where it stands, why, and whether they opened it. */
export function deliveryLine(delivery: DeliveryView, view: StatusView): string {
  const { texts } = view
  const who = shorten(whoOf(delivery, view), MAX_WHO)
  const kept = delivery.via === 'outbox' && delivery.state === 'accepted'
  const state = texts(kept ? 'state.kept' : `state.${delivery.state}`)
  const why = shorten(delivery.error?.detail ?? '', MAX_WHY)
  const stands = why
    ? texts('chat.status.oneWhy', { who, state, why })
    : texts('chat.status.one', { who, state })
  return [`${MARKS[delivery.state]} ${stands}`, opened(delivery, view)].filter(Boolean).join(' · ')
}

/** What the sender calls somebody. */
export function whoOf(
  { name, recipient, address }: Pick<DeliveryView, 'name' | 'recipient' | 'address'>,
  { texts }: Pick<StatusView, 'texts'>,
): string {
  const written = recipient === null ? null : calledSo(recipient)
  return name ?? written ?? address ?? texts('chat.status.blanked')
}

function opened(delivery: DeliveryView, view: StatusView): string {
  const { firstOpenedAt, opens, doubtful } = delivery
  if (firstOpenedAt === null) return ''
  const key = doubtful ? 'chat.status.openedPerhaps' : 'chat.status.opened'
  return `👁 ${view.texts(key, { time: whenWords(firstOpenedAt, view), count: opens })}`
}
