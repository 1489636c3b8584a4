import { shorten } from '#core/text.ts'
import type { DeliveryView } from '#engine/engine.ts'
import type { Button, Screen } from '#ports/bot-platform.ts'
import { pageOf, pagerRow } from '../pages.ts'
import { blocks, bold, button, line, lines, rows } from '../rich.ts'
import { whenWords } from '../time.ts'
import { channelName, nameOf } from '../words.ts'
import { helpButtons, ofDelivery } from './buttons.ts'
import { cameButtons, cameLines } from './came.ts'
import { deliveryLine, whoOf } from './delivery-line.ts'
import { interesting, standingDeliveries } from './standing.ts'
import type { StatusView } from './view.ts'

const PER_PAGE = 8
const MAX_LABEL = 28

/** Everybody who gets a share, some at a time, each to be looked at. */
export function sharePeopleScreen(view: StatusView, wanted: number): Screen {
  const { share } = view
  const { page, last, items } = pageOf(interesting(standingDeliveries(share)), wanted, PER_PAGE)
  const turn = (to: number) =>
    ({ on: 'share', id: share.id, act: 'people', arg: String(to) }) as const
  return {
    body: blocks(
      line(bold(nameOf(share.target))),
      lines(...items.map((delivery) => deliveryLine(delivery, view))),
    ),
    buttons: [
      ...rows(
        items.map((delivery) => {
          const press = { on: 'delivery', id: delivery.id, act: 'show', arg: String(page) } as const
          return button(shorten(whoOf(delivery, view), MAX_LABEL), press)
        }),
        2,
      ),
      ...pagerRow({ page, last }, turn),
    ],
  }
}

/** One recipient with all that can be done. `from`: the page to go back to. */
export function deliveryScreen(view: StatusView, delivery: DeliveryView, from: string): Screen {
  const { texts, share } = view
  const { may, state } = delivery
  const back = { on: 'share', id: share.id, act: 'people', arg: from } as const
  return {
    body: blocks(
      line(bold(whoOf(delivery, view))),
      lines(
        `${channelName(delivery.channel, view)}${delivery.address ? ` · ${delivery.address}` : ''}`,
        deliveryLine(delivery, view),
        ...cameLines(view, delivery),
        delivery.dueAt !== null &&
          delivery.dueAt > view.now &&
          state !== 'waiting' &&
          texts('chat.card.at', { time: whenWords(delivery.dueAt, view) }),
      ),
      state !== 'recalled' && line({ text: delivery.link, url: delivery.link }),
    ),
    buttons: [
      ...cameButtons(view, delivery, from),
      helpButtons(view, delivery, from),
      stopButtons(view, delivery, from),
      [button(texts('chat.back'), back)],
    ].filter((row) => row.length > 0 && may !== undefined),
  }
}

function stopButtons(view: StatusView, delivery: DeliveryView, from: string): readonly Button[] {
  const { may, state } = delivery
  return [
    ...(may.cancel ? [ofDelivery(view, delivery, 'chat.one.cancel', 'cancel', from)] : []),
    ...(may.recall && !may.cancel && state !== 'cancelled'
      ? [ofDelivery(view, delivery, 'chat.one.recall', 'recall', from)]
      : []),
  ]
}

/** Whether the link of one recipient shall lead nowhere any more. */
export function recallOneScreen(view: StatusView, delivery: DeliveryView, from: string): Screen {
  const { texts } = view
  return {
    body: blocks(texts('chat.one.recallAsk', { who: whoOf(delivery, view) })),
    buttons: [
      [
        ofDelivery(view, delivery, 'chat.one.recallYes', 'recalled', from, 'danger'),
        ofDelivery(view, delivery, 'chat.back', 'show', from),
      ],
    ],
  }
}

/** Whether all links of a share shall lead nowhere any more. */
export function recallShareScreen({ share, texts }: StatusView): Screen {
  return {
    body: blocks(line(bold(nameOf(share.target))), texts('chat.status.recallAsk')),
    buttons: [
      [
        button(
          texts('chat.status.recallYes'),
          { on: 'share', id: share.id, act: 'recalled', arg: '' },
          'danger',
        ),
        button(texts('chat.status.recallNo'), { on: 'menu', act: 'close', arg: '' }),
      ],
    ],
  }
}
