import type { Dialogue } from '../../answer.ts'
import { ask } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import type { State } from '../../state/state.ts'
import { goOnLinked } from './go-on-linked.ts'

/** Six digits, as a page shows them. */
export const PIN = /^\s*(?:\d[\s-]*){6}$/

/** The PIN that the page shows, typed in the chat where the link was begun. */
export function* takePin(facts: Facts, state: State, pin: string): Dialogue {
  const account = yield* ask('finish-link', { user: facts.user, pin })
  return yield* goOnLinked(facts, state, account)
}
