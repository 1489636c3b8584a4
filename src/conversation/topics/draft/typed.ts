import { cleanLine, cleanText } from '#core/text.ts'
import type { Dialogue } from '../../answer.ts'
import { cutNote } from '../../line/read-line.ts'
import { type Known, lookUpKnown } from '../recipients/book.ts'
import { openQuestion } from '../recipients/questions.ts'
import { namesSomebody, readPeople } from '../recipients/read-people.ts'
import { settleByMemory } from '../recipients/remembered.ts'
import { typedTime, typedZone } from '../schedule/typed.ts'
import { showCard } from './card.ts'
import { afterPeople, changed, joined, restOf, understood, type Writing } from './draft.ts'
import { goOn } from './go-on.ts'
import { choose } from './which.ts'

/** What a text means that is typed while a draft is being written: the answer to what its card asks. */
export function* typed(writing: Writing, text: string): Dialogue {
  const { draft, facts } = writing
  if (draft.rival) return yield* showCard(writing)
  switch (draft.step) {
    case 'which':
      return yield* choose(writing, Number(text.trim()) - 1)
    case 'target':
      return yield* showCard(writing, facts.texts('fault.target.not_a_url'))
    case 'people':
    case 'book':
      return yield* typedPeople(writing, text, yield* lookUpKnown(facts, writing.sender))
    case 'note':
      return yield* takeNote(writing, text)
    case 'title':
      return yield* goOn(changed(writing, { title: cleanLine(text), step: restOf(writing) }))
    case 'when':
      return yield* typedTime(writing, text)
    case 'zone':
      return yield* typedZone(writing, text)
    case 'edit':
    case 'check':
      return yield* typedAtTheEnd(writing, text)
    default:
      return draft.step satisfies never
  }
}

function takeNote(writing: Writing, text: string): Dialogue {
  return goOn(changed(writing, { note: cleanText(text), step: 'check' }))
}

/** Who was not understood before is taken to be written anew. */
function* typedPeople(writing: Writing, text: string, known: Known): Dialogue {
  const { draft, state, facts } = writing
  const { rest, note } = cutNote(text)
  const read = readPeople(rest, known.context).map((one) => settleByMemory(one, state))
  const clear = understood(read).length > 0 || openQuestion(read, undefined, known) !== null
  if (!clear) {
    return yield* showCard(writing, facts.texts('chat.people.notUnderstood', { text: text.trim() }))
  }
  const before = draft.people.filter(({ as }) => as !== null)
  const named = changed(writing, { people: joined(before, read), note: note ?? draft.note })
  return yield* goOn(changed(named, { step: afterPeople(named) }))
}

/** Somebody more, or the words to go with it, where there are none yet. */
function* typedAtTheEnd(writing: Writing, text: string): Dialogue {
  const known = yield* lookUpKnown(writing.facts, writing.sender)
  if (namesSomebody(text, known.context)) return yield* typedPeople(writing, text, known)
  const { draft, facts } = writing
  if (draft.note || draft.addTo !== null) {
    return yield* showCard(writing, facts.texts('chat.check.hint'))
  }
  return yield* takeNote(writing, text)
}
