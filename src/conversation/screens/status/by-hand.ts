import type { DeliveryId } from '#core/ids.ts'
import type { DeliveryView } from '#engine/engine.ts'
import type { Screen } from '#ports/bot-platform.ts'
import { blocks, button, line, linked, quote } from '../rich.ts'
import { FROM_STATUS } from './buttons.ts'
import { whoOf } from './delivery-line.ts'
import type { StatusView } from './view.ts'

/** What the sender passes on by themselves, to be copied or photographed. */
export function carryScreen(
  { texts }: StatusView,
  passed: { readonly id: DeliveryId; readonly text: string; readonly link: string },
): Screen {
  const carried = { on: 'delivery', id: passed.id, act: 'carried', arg: FROM_STATUS } as const
  return {
    body: blocks(texts('chat.carry.how'), line(quote(passed.text))),
    buttons: [[button(texts('chat.carry.done'), carried, 'main')]],
    qr: passed.link,
  }
}

/** How somebody who never came to the bot gets it all the same. */
export function inviteScreen(view: StatusView, delivery: DeliveryView, url: string): Screen {
  const { texts } = view
  const who = whoOf(delivery, view)
  const text = texts('chat.invite.words')
  return {
    body: blocks(texts('chat.invite.how', { who }), line(linked(url, url))),
    buttons: [[{ kind: 'send-on', label: texts('chat.invite.send'), url, text }]],
    qr: url,
  }
}
