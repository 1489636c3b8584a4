import { hasCode } from '#core/errors.ts'
import { type DeliveryId, splitDeliveryId } from '#core/ids.ts'
import type { DeliveryView } from '#engine/engine.ts'
import { sayError } from '#locales/texts.ts'
import { answer, type Dialogue, show, silence } from '../../answer.ts'
import { ask } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import type { DeliveryAct, Press } from '../../press.ts'
import { said } from '../../screens/rich.ts'
import { FROM_STATUS } from '../../screens/status/buttons.ts'
import { carryScreen, inviteScreen } from '../../screens/status/by-hand.ts'
import { readAnswer } from '../../screens/status/came.ts'
import { deliveryScreen, recallOneScreen } from '../../screens/status/people.ts'
import type { State } from '../../state/state.ts'
import { fixAddress } from './once-more.ts'
import { ifOwn } from './own.ts'
import type { Tending } from './pressed-share.ts'
import { statusReply, statusView } from './status.ts'

type DeliveryPress = Extract<Press, { on: 'delivery' }>

/** A button for one recipient: the sender's alone. */
export function* pressedOnDelivery(facts: Facts, state: State, press: DeliveryPress): Dialogue {
  const { share: id } = splitDeliveryId(press.id) ?? {}
  if (id === undefined) return silence(state, facts.texts('chat.outOfDate'))
  return yield* ifOwn(facts, state, id, (share, sender) =>
    act({ facts, state, sender, share }, press),
  )
}

function* act(tending: Tending, press: DeliveryPress): Dialogue {
  const { facts, state, share } = tending
  const delivery = share.deliveries.find(({ id }) => id === press.id)
  if (!delivery) return silence(state, facts.texts('chat.outOfDate'))
  const view = statusView(facts, share)
  switch (press.act) {
    case 'show':
      return answer(state, show('instead', deliveryScreen(view, delivery, press.arg)))
    case 'recall':
      return answer(state, show('instead', recallOneScreen(view, delivery, press.arg)))
    case 'fix':
      return yield* fixAddress(tending, delivery)
    case 'carry':
      return yield* carry(tending, delivery)
    case 'invite':
      return yield* invite(tending, delivery)
    case 'yes':
    case 'no':
      return yield* confirm(tending, press)
    case 'carried':
      yield* ask('handed-over', { sender: tending.sender, id: delivery.id })
      return answer(state, show('instead', said(facts.texts('chat.carry.thanks'))))
    default:
      return yield* done(tending, press, press.act)
  }
}

type Deed = Extract<DeliveryAct, 'retry' | 'cancel' | 'recalled'>

/**
 * Done, and shown as it stands then. What can be done no longer is so because it has changed meanwhile, or because this
 * very press has done it, before a crash: either is seen best in how it stands.
 */
function* done(tending: Tending, press: DeliveryPress, deed: Deed): Dialogue {
  try {
    yield* perform(tending, press.id, deed)
  } catch (error) {
    if (!hasCode(error, 'wrong_state')) throw error
    const toast = sayError(error, tending.facts.texts)
    return { ...(yield* shownAgain(tending, press)), toast }
  }
  return yield* shownAgain(tending, press)
}

function* perform({ sender }: Tending, id: DeliveryId, act: Deed) {
  switch (act) {
    case 'retry':
      return yield* ask('retry-one', { sender, id })
    case 'cancel':
      return yield* ask('cancel-one', { sender, id })
    case 'recalled':
      return yield* ask('recall-one', { sender, id })
    default:
      return act satisfies never
  }
}

/** As it stands after what was done, where the button was. */
function* shownAgain(
  { facts, state, sender, share }: Tending,
  { id, arg }: DeliveryPress,
): Dialogue {
  const after = yield* ask('share', { sender, id: share.id })
  const delivery = after.deliveries.find((one) => one.id === id)
  if (arg === FROM_STATUS || !delivery) return answer(state, statusReply(facts, sender, after))
  return answer(state, show('instead', deliveryScreen(statusView(facts, after), delivery, arg)))
}

/** What the sender passes on in a way of their own. */
function* carry({ facts, state, sender, share }: Tending, { id }: DeliveryView): Dialogue {
  const { text, link } = yield* ask('hand-over', { sender, id })
  return answer(state, show('message', carryScreen(statusView(facts, share), { id, text, link })))
}

/** How the recipient comes to the bot by themselves. */
function* invite({ facts, state, sender, share }: Tending, delivery: DeliveryView): Dialogue {
  const invitation = yield* ask('invite', { sender, id: delivery.id })
  const url = facts.bot.startUrl(invitation)
  if (url === null) return silence(state, facts.texts('chat.outOfDate'))
  return answer(state, show('message', inviteScreen(statusView(facts, share), delivery, url)))
}

/** Whether who came by an invitation is who was meant. */
function* confirm(tending: Tending, press: DeliveryPress): Dialogue {
  const { facts, state, sender } = tending
  const { from, ref } = readAnswer(press.arg)
  const came = yield* ask('confirm', { sender, id: press.id, ref, yes: press.act === 'yes' })
  const words = facts.texts(`chat.came.${came}`)
  if (from === '') return answer(state, show('instead', said(words)))
  return { ...(yield* shownAgain(tending, { ...press, arg: from })), toast: words }
}
