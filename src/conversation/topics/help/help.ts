import { type Answer, answer, show } from '../../answer.ts'
import type { Facts } from '../../facts.ts'
import { helpScreen } from '../../screens/help.ts'
import type { State } from '../../state/state.ts'

/** `/help`: what can be done, in the platform's own writing. */
export function help(facts: Facts, state: State): Answer {
  return answer(state, show('message', helpScreen(facts)))
}
