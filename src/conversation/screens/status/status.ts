import { shorten } from '#core/text.ts'
import type { RichText, Screen } from '#ports/bot-platform.ts'
import { blocks, bold, line, lines, linked, quote } from '../rich.ts'
import { whenWords } from '../time.ts'
import { nameOf, placeOf } from '../words.ts'
import { statusButtons } from './buttons.ts'
import { cameLines } from './came.ts'
import { deliveryLine } from './delivery-line.ts'
import { heldUntil, interesting, mayGoOn, standingDeliveries } from './standing.ts'
import { tally } from './tally.ts'
import type { StatusView } from './view.ts'

/** Recipients that a message names; the rest are counted. */
const NAMED = 8
const MAX_NOTE = 300

/** How a share stands: what, how many stand where, then those of whom there is most to say. */
export function statusScreen(view: StatusView): Screen {
  return {
    body: blocks(heading(view), standing(view), people(view)),
    buttons: statusButtons(view),
  }
}

/** What was shared. */
export function heading({ share }: Pick<StatusView, 'share'>): RichText {
  const { target, note } = share
  return lines(
    line(bold(nameOf(target))),
    target.title !== '' && line(linked(placeOf(target), target.url)),
    note !== '' && line(quote(shorten(note, MAX_NOTE))),
  )
}

function standing(view: StatusView): RichText {
  const { share, texts, now } = view
  const { recalledAt, cancelledAt, sendAt } = share
  const held = heldUntil(share, now)
  return lines(
    recalledAt !== null && texts('chat.status.recalled'),
    recalledAt === null && cancelledAt !== null && texts('chat.status.cancelled'),
    sendAt !== null &&
      sendAt > now &&
      mayGoOn(share, now) &&
      texts('chat.card.at', { time: whenWords(sendAt, view) }),
    held !== null && texts('chat.status.held', { time: whenWords(held, view, true) }),
    standingDeliveries(share).length > 1 && tally(view),
  )
}

function people(view: StatusView): RichText {
  const deliveries = standingDeliveries(view.share)
  const shown = interesting(deliveries).slice(0, NAMED)
  const more = deliveries.length - shown.length
  return lines(
    ...shown.flatMap((delivery) => [deliveryLine(delivery, view), ...cameLines(view, delivery)]),
    more > 0 && view.texts('chat.card.more', { count: more }),
  )
}
