import type { DeliveryView } from '#engine/engine.ts'
import { standingDeliveries } from './standing.ts'
import type { StatusView } from './view.ts'

const PENDING = ['scheduled', 'queued', 'sending']
const ARRIVED = ['accepted', 'delivered']
const TROUBLE = ['failed', 'suppressed', 'unknown']

const COUNTS = [
  ['chat.tally.kept', ({ state, via }) => ARRIVED.includes(state) && via === 'outbox'],
  ['chat.tally.sent', ({ state, via }) => ARRIVED.includes(state) && via !== 'outbox'],
  ['chat.tally.opened', ({ firstOpenedAt }) => firstOpenedAt !== null],
  ['chat.tally.pending', ({ state }) => PENDING.includes(state)],
  ['chat.tally.waiting', ({ state }) => state === 'waiting'],
  ['chat.tally.failed', ({ state }) => TROUBLE.includes(state)],
] as const satisfies readonly (readonly [string, (delivery: DeliveryView) => boolean])[]

/** How many stand where. */
export function tally({ share, texts }: StatusView): string {
  return COUNTS.map(([key, holds]) => ({
    key,
    count: standingDeliveries(share).filter(holds).length,
  }))
    .filter(({ count }) => count > 0)
    .map(({ key, count }) => texts(key, { count }))
    .join(' · ')
}
