import type { PlatformUser } from '#core/identity.ts'
import type { DeliveryId } from '#core/ids.ts'
import { shorten } from '#core/text.ts'
import type { Came, DeliveryView, InvitationQuestion } from '#engine/engine.ts'
import type { Button, Screen } from '#ports/bot-platform.ts'
import { blocks, button } from '../rich.ts'
import { calledSo, type Tongue } from '../words.ts'
import { whoOf } from './delivery-line.ts'
import type { StatusView } from './view.ts'

/** Of those who came for one recipient so many are shown in a status. */
const SHOWN = 3
const MAX_WHO = 64
const MAX_LABEL = 20

/** Whether who came by an invitation is who was meant. */
export function cameScreen({ texts }: Tongue, question: InvitationQuestion): Screen {
  const { came, recipient } = question
  const who = nameAndHandle(came)
  return {
    body: blocks(texts('chat.came.ask', { who, recipient: calledSo(recipient) })),
    buttons: [
      [
        answerButton(texts('chat.came.yes'), 'yes', question, ''),
        answerButton(texts('chat.came.no'), 'no', question, ''),
      ],
    ],
  }
}

/** The same where a share is shown, so that the question is found again. */
export function cameLines(view: StatusView, delivery: DeliveryView): readonly string[] {
  const recipient = shorten(whoOf(delivery, view), MAX_WHO)
  return shownOf(delivery).map(({ user }) =>
    view.texts('chat.came.line', { who: shorten(nameAndHandle(user), MAX_WHO), recipient }),
  )
}

/** `from`: where the answer leads back to. */
export function cameButtons(
  { texts }: StatusView,
  delivery: DeliveryView,
  from: string,
): readonly (readonly Button[])[] {
  return shownOf(delivery).map(({ user, ref }) => {
    const who = shorten(user.handle ? `@${user.handle}` : user.name, MAX_LABEL)
    const about = { delivery: delivery.id, ref }
    return [
      answerButton(texts('chat.came.yesWho', { who }), 'yes', about, from),
      answerButton(texts('chat.came.noWho', { who }), 'no', about, from),
    ]
  })
}

/** What the button of an answer carries: where it leads back to (empty: nowhere), and whom it is about. */
export function readAnswer(arg: string): { readonly from: string; readonly ref: string } {
  return { from: arg.slice(0, -REF_LENGTH), ref: arg.slice(-REF_LENGTH) }
}

const REF_LENGTH = 8

function answerButton(
  label: string,
  act: 'yes' | 'no',
  { delivery, ref }: { readonly delivery: DeliveryId; readonly ref: string },
  from: string,
): Button {
  const look = act === 'yes' && from === '' ? 'main' : undefined
  return button(label, { on: 'delivery', id: delivery, act, arg: `${from}${ref}` }, look)
}

function shownOf({ came }: DeliveryView): readonly Came[] {
  return came.slice(0, SHOWN)
}

function nameAndHandle({ name, handle }: PlatformUser): string {
  return handle ? `${name} (@${handle})` : name
}
