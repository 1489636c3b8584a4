import type { Dialogue } from '../../answer.ts'
import type { Sender } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import type { State } from '../../state/state.ts'
import { askToLink } from './ask-to-link.ts'

/** Goes on for who acts for an account; others are shown the way to one. */
export function* asSender(
  facts: Facts,
  state: State,
  goOn: (sender: Sender) => Dialogue,
): Dialogue {
  return facts.sender ? yield* goOn(facts.sender) : yield* askToLink(facts, state)
}
