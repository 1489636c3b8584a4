import { cleanLine, cleanText } from '#core/text.ts'
import type { Dialogue } from '../../answer.ts'
import { lookUpKnown } from '../recipients/book.ts'
import { openQuestion } from '../recipients/questions.ts'
import { namesSomebody, readPeople } from '../recipients/read-people.ts'
import { settleByMemory } from '../recipients/remembered.ts'
import { typedTime, typedZone } from '../schedule/typed.ts'
import { showCard } from './card.ts'
import { changed, joined, understood, type Writing } from './draft.ts'
import { goOn } from './go-on.ts'
import { choose } from './which.ts'

/** What a text means that is typed while a draft is being written: the answer to what its card asks. */
export function* typed(writing: Writing, text: string): Dialogue {
  const { draft, facts } = writing
  switch (draft.step) {
    case 'which':
      return yield* choose(writing, Number(text.trim()) - 1)
    case 'target':
      return yield* showCard(writing, facts.texts('fault.target.not_a_url'))
    case 'people':
      return yield* typedPeople(writing, text)
    case 'note':
      return yield* goOn(changed(writing, { note: cleanText(text), step: 'check' }))
    case 'title':
      return yield* goOn(changed(writing, { title: cleanLine(text), step: afterTitle(writing) }))
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

function afterTitle({ draft }: Writing): 'people' | 'check' {
  return understood(draft.people).length > 0 ? 'check' : 'people'
}

/** Who was not understood before is taken to be written anew. */
export function* typedPeople(writing: Writing, text: string): Dialogue {
  const { draft, state, facts, sender } = writing
  const known = yield* lookUpKnown(facts, sender)
  const read = readPeople(text, known.context).map((one) => settleByMemory(one, state))
  const clear = understood(read).length > 0 || openQuestion(read, undefined, known) !== null
  if (!clear) {
    return yield* showCard(writing, facts.texts('chat.people.notUnderstood', { text: text.trim() }))
  }
  const before = draft.people.filter(({ as }) => as !== null)
  const step = draft.note === null && !facts.event.unattended ? 'note' : 'check'
  return yield* goOn(changed(writing, { people: joined(before, read), step }))
}

/** Somebody more, or else another note. */
function* typedAtTheEnd(writing: Writing, text: string): Dialogue {
  const known = yield* lookUpKnown(writing.facts, writing.sender)
  if (namesSomebody(text, known.context)) return yield* typedPeople(writing, text)
  return yield* goOn(changed(writing, { note: cleanText(text), step: 'check' }))
}
