import type { Dialogue } from '../answer.ts'
import type { Facts } from '../facts.ts'
import type { AskedFor, State } from '../state/state.ts'
import { addNamed } from './contacts/contacts.ts'
import { asSender } from './link/as-sender.ts'
import { addNote } from './notes/notes.ts'
import { setZone } from './settings/time-zone.ts'

/** What a text means that was asked for outside of a draft. */
export function* typedForNoDraft(
  facts: Facts,
  state: State,
  asked: AskedFor,
  text: string,
): Dialogue {
  switch (asked) {
    case 'person':
    case 'group':
      return yield* asSender(facts, state, (sender) => addNamed(facts, sender, state, asked, text))
    case 'note':
      return yield* asSender(facts, state, (sender) => addNote(facts, sender, state, text))
    case 'zone':
      return yield* setZone(facts, state, text, 'message')
    default:
      return asked satisfies never
  }
}
