import type { Dialogue } from '../../answer.ts'
import { showCard } from './card.ts'
import { changed, understood, type Writing } from './draft.ts'
import { goOn } from './go-on.ts'

/** One of the links that were found, by its number from 0. */
export function* choose(writing: Writing, at: number): Dialogue {
  const url = writing.draft.choices[at]
  if (url === undefined) return yield* showCard(writing)
  return yield* chooseLinks(writing, [url])
}

export function* chooseLinks(writing: Writing, urls: readonly string[]): Dialogue {
  const { draft } = writing
  const named = draft.unread !== '' || understood(draft.people).length > 0
  return yield* goOn(changed(writing, { urls, choices: [], step: named ? 'check' : 'people' }))
}
