import { type Answer, answer, show } from '../../answer.ts'
import type { Facts } from '../../facts.ts'
import { whoAmIScreen } from '../../screens/settings.ts'
import type { State } from '../../state/state.ts'

/** `/whoami`. */
export function whoAmI(facts: Facts, state: State): Answer {
  return answer(state, show('message', whoAmIScreen(facts)))
}
