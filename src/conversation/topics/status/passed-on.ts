import { type DeliveryId, splitDeliveryId } from '#core/ids.ts'
import { answer, type Dialogue, silence } from '../../answer.ts'
import { ask } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import type { State } from '../../state/state.ts'
import { statusReply } from './status.ts'

/** The sender passed something on by themselves: somebody who waited has it, or a new share stands. */
export function* passedOn(facts: Facts, state: State, token: string): Dialogue {
  const { sender } = facts
  if (!sender) return silence(state)
  if (splitDeliveryId(token)) {
    yield* ask('handed-over', { sender, id: token as DeliveryId })
    return silence(state)
  }
  const share = yield* ask('take-offer', { sender, token })
  return share ? answer(state, statusReply(facts, sender, share, { anew: true })) : silence(state)
}
