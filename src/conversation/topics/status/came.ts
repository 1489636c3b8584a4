import type { InvitationQuestion } from '#engine/engine.ts'
import { type Answer, answer, show } from '../../answer.ts'
import type { Facts } from '../../facts.ts'
import { cameScreen } from '../../screens/status/came.ts'
import type { State } from '../../state/state.ts'

/** Somebody came by an invitation that was written for another handle: is it who was meant? */
export function askWhoCame(facts: Facts, state: State, question: InvitationQuestion): Answer {
  return answer(state, show('message', cameScreen(facts, question)))
}
