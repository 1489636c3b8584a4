import { cleanText } from '#core/text.ts'
import { answer, type Dialogue, show } from '../../answer.ts'
import { ask, type Sender } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import { ADD } from '../../line/verbs.ts'
import { tagOf } from '../../press.ts'
import { askForNote, notesScreen } from '../../screens/notes.ts'
import type { State } from '../../state/state.ts'

/** `/notes`: the words that the sender sends often, and `add …`. */
export function* notes(facts: Facts, sender: Sender, state: State, words: string): Dialogue {
  const text = words.trim()
  if (ADD.test(text)) return yield* addNote(facts, sender, state, text.replace(ADD, ''))
  return yield* list(facts, sender, state, 'message')
}

export function askForOne(facts: Facts, state: State) {
  return answer({ ...state, asked: 'note' }, show('message', askForNote(facts)))
}

export function* addNote(facts: Facts, sender: Sender, state: State, written: string): Dialogue {
  const note = cleanText(written)
  if (note === '') return askForOne(facts, state)
  const before = yield* ask('notes', { sender })
  yield* ask('set-notes', { sender, notes: [...before.filter((one) => one !== note), note] })
  return yield* list(facts, sender, { ...state, asked: null }, 'message')
}

/** Without the note of that tag. The last one that goes brings those back that everybody starts with. */
export function* removeNote(facts: Facts, sender: Sender, state: State, tag: string): Dialogue {
  const before = yield* ask('notes', { sender })
  yield* ask('set-notes', { sender, notes: before.filter((one) => tagOf(one) !== tag) })
  return yield* list(facts, sender, state, 'instead')
}

function* list(facts: Facts, sender: Sender, state: State, place: 'message' | 'instead'): Dialogue {
  const all = yield* ask('notes', { sender })
  return answer(state, show(place, notesScreen(facts, all)))
}
