import type { DeliveryView, ShareView } from '#engine/engine.ts'
import type { Button, RichText, Screen } from '#ports/bot-platform.ts'
import { blocks, bold, button, line, lines, linked, quote } from '../rich.ts'
import { whenWords } from '../time.ts'
import { nameOf, placeOf, type Tongue } from '../words.ts'
import { deliveryLine } from './delivery-line.ts'
import { tally } from './tally.ts'

export interface StatusView extends Tongue {
  readonly share: ShareView
  readonly timeZone: string | null
  readonly now: number
}

/** Recipients that a message names; the rest are counted. */
const NAMED = 10

/** How a share stands: what, how many stand where, then those of whom there is most to say. */
export function statusScreen(view: StatusView): Screen {
  return {
    body: blocks(heading(view), standing(view), people(view)),
    buttons: [...buttonsOf(view)],
  }
}

function heading({ share }: StatusView): RichText {
  const { target, note } = share
  return lines(
    line(bold(nameOf(target))),
    target.title !== '' && line(linked(placeOf(target), target.url)),
    note !== '' && line(quote(note)),
  )
}

function standing(view: StatusView): RichText {
  const { share, texts } = view
  const held = heldUntil(view)
  return lines(
    share.recalledAt !== null && texts('chat.status.recalled'),
    share.recalledAt === null && share.cancelledAt !== null && texts('chat.status.cancelled'),
    share.sendAt !== null &&
      share.sendAt > view.now &&
      texts('chat.card.at', { time: whenWords(share.sendAt, view) }),
    held !== null && texts('chat.status.held', { time: whenWords(held, view, true) }),
    share.deliveries.length > 1 && tally(view),
  )
}

function people(view: StatusView): RichText {
  const { deliveries } = view.share
  const shown = interesting(deliveries).slice(0, NAMED)
  const more = deliveries.length - shown.length
  return lines(
    ...shown.map((delivery) => deliveryLine(delivery, view)),
    more > 0 && view.texts('chat.card.more', { count: more }),
  )
}

/** Those who need something first, then those of whom there is news. */
export function interesting(deliveries: readonly DeliveryView[]): readonly DeliveryView[] {
  const rank = ({ state, firstOpenedAt }: DeliveryView): number => {
    if (['failed', 'unknown', 'waiting', 'suppressed'].includes(state)) return 0
    return firstOpenedAt === null ? 2 : 1
  }
  return deliveries.toSorted((a, b) => rank(a) - rank(b))
}

/** Until when nothing of it leaves, so that it can be undone; null: it is on its way. */
export function heldUntil({ share, now }: StatusView): number | null {
  if (share.sendAt !== null || share.cancelledAt !== null || share.recalledAt !== null) return null
  const held = share.deliveries.filter(
    ({ state, error, attempts }) => state === 'scheduled' && error === null && attempts === 0,
  )
  const until = Math.max(0, ...held.map(({ dueAt }) => dueAt ?? 0))
  return held.length > 0 && until > now ? until : null
}

function* buttonsOf(view: StatusView): Generator<readonly Button[]> {
  const { share, texts } = view
  if (heldUntil(view) !== null) {
    yield [
      button(
        texts('chat.status.undo'),
        { on: 'share', id: share.id, act: 'undo', arg: '' },
        'main',
      ),
    ]
  }
}
