import type { DraftPerson } from '../../state/draft.ts'
import { recall, remember, type State } from '../../state/state.ts'

/** What was answered once about how somebody was written, or about an address. */
export function settleByMemory(person: DraftPerson, state: State): DraftPerson {
  const meant = recall(state, questionOf(person))
  return meant === undefined ? person : { ...person, as: meant, sure: true }
}

/** Whom the sender meant. */
export function rememberMeant(state: State, person: DraftPerson, meant: string): State {
  return remember(state, questionOf(person), meant)
}

/** A number that the sender took for right. */
export function rememberNumber(state: State, person: DraftPerson): State {
  return person.as === null ? state : rememberMeant(state, person, person.as)
}

function questionOf({ as, written }: DraftPerson): string {
  return as === null ? `who ${written.toLowerCase()}` : `address ${as}`
}
