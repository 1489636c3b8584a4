import type { Dialogue } from '../../answer.ts'
import { showCard } from './card.ts'
import { changed, restOf, type Writing } from './draft.ts'
import { goOn } from './go-on.ts'

/** One of the links that were found, by its number from 0. */
export function* choose(writing: Writing, at: number): Dialogue {
  const url = writing.draft.choices[at]
  return url === undefined ? yield* showCard(writing) : yield* chooseLinks(writing, [url])
}

export function* chooseLinks(writing: Writing, urls: readonly string[]): Dialogue {
  if (urls.length === 0) return yield* showCard(writing)
  return yield* goOn(changed(writing, { urls, choices: [], step: restOf(writing) }))
}
