import type { Dialogue } from '../../answer.ts'
import { ask } from '../../asks.ts'
import { tagOf } from '../../press.ts'
import { showCard } from '../draft/card.ts'
import { changed, type Writing } from '../draft/draft.ts'
import { goOn } from '../draft/go-on.ts'

/** One of the sender's own notes, by its tag; it may be gone by now. */
export function* useCanned(writing: Writing, tag: string): Dialogue {
  const notes = yield* ask('notes', { sender: writing.sender })
  const note = notes.find((one) => tagOf(one) === tag)
  if (note === undefined) return yield* showCard(writing)
  return yield* goOn(changed(writing, { note, step: 'check' }))
}
