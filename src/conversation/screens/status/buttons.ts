import { shorten } from '#core/text.ts'
import type { DeliveryView } from '#engine/engine.ts'
import type { TextKey } from '#locales/texts.ts'
import type { Button } from '#ports/bot-platform.ts'
import type { DeliveryAct, ShareAct } from '../../press.ts'
import { button } from '../rich.ts'
import { cameButtons } from './came.ts'
import { whoOf } from './delivery-line.ts'
import { heldUntil, isTroubled, mayGoOn, standingDeliveries } from './standing.ts'
import type { StatusView } from './view.ts'

/** Recipients whose troubles have buttons under the status itself. */
const HELPED = 3
const MAX_LABEL = 24

/** Presses from the status message itself come back to it. */
export const FROM_STATUS = 's'

type Row = readonly Button[]

/** Undo while it can be; what helps those who were not reached; what can be done with the whole. */
export function statusButtons(view: StatusView): readonly Row[] {
  const { share, now } = view
  const held = heldUntil(share, now) !== null
  const undo = held ? [[act(view, 'chat.status.undo', 'undo', 'main')]] : []
  const helps = standingDeliveries(share)
    .filter(isTroubled)
    .toSorted((a, b) => Math.sign(b.came.length) - Math.sign(a.came.length))
    .slice(0, HELPED)
    .flatMap((delivery) => [
      ...cameButtons(view, delivery, FROM_STATUS),
      helpButtons(view, delivery, FROM_STATUS),
    ])
  return [...undo, ...helps, ...wholeButtons(view, held)].filter((row) => row.length > 0)
}

function wholeButtons(view: StatusView, held: boolean): readonly Row[] {
  const { share, now } = view
  const deliveries = standingDeliveries(share)
  const cancel = !held && deliveries.some(({ may }) => may.cancel)
  const recall = deliveries.some(({ may, state }) => may.recall && state !== 'cancelled')
  return [
    [
      mayGoOn(share, now)
        ? act(view, 'chat.status.add', 'add')
        : act(view, 'chat.status.again', 'again'),
      ...(deliveries.length > 0 ? [act(view, 'chat.status.people', 'people')] : []),
    ],
    [
      ...(cancel ? [act(view, 'chat.status.cancel', 'cancel')] : []),
      ...(recall && !held ? [act(view, 'chat.status.recall', 'recall')] : []),
    ],
  ]
}

function act(view: StatusView, key: TextKey, does: ShareAct, look?: 'main' | 'danger'): Button {
  return button(view.texts(key), { on: 'share', id: view.share.id, act: does, arg: '' }, look)
}

/** What the sender can do for somebody who was not reached; names them where there are several. */
export function helpButtons(view: StatusView, delivery: DeliveryView, from: string): Row {
  const { may, state } = delivery
  const on = (key: TextKey, does: DeliveryAct): Button =>
    ofDelivery(view, delivery, key, does, from)
  if (state === 'waiting') {
    const invite = view.invitesTo === delivery.channel ? [on('chat.one.invite', 'invite')] : []
    return [passOn(view, delivery, from), ...invite]
  }
  return [
    ...(may.retry ? [on('chat.one.retry', 'retry')] : []),
    ...(may.fix ? [on('chat.one.fix', 'fix')] : []),
  ]
}

export function ofDelivery(
  view: StatusView,
  delivery: DeliveryView,
  key: TextKey,
  does: DeliveryAct,
  from: string,
  look?: 'danger',
): Button {
  const label = view.texts(key, { who: shortName(view, delivery) })
  return button(label, { on: 'delivery', id: delivery.id, act: does, arg: from }, look)
}

/** In a chat of their choice where the platform lets people, else by hand. */
export function passOn(view: StatusView, delivery: DeliveryView, from: string): Button {
  if (!view.passOn) return ofDelivery(view, delivery, 'chat.one.carry', 'carry', from)
  const label = view.texts('chat.one.carry', { who: shortName(view, delivery) })
  return { kind: 'pass-on', label, token: delivery.id, text: carriedText(view, delivery) }
}

/** What the sender passes on, in their own words. */
export function carriedText({ share }: Pick<StatusView, 'share'>, { link }: DeliveryView): string {
  return [share.note, share.target.title, link].filter(Boolean).join('\n')
}

function shortName(view: StatusView, delivery: DeliveryView): string {
  return shorten(whoOf(delivery, view), MAX_LABEL)
}
