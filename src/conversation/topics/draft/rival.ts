import { cleanText } from '#core/text.ts'
import type { Dialogue } from '../../answer.ts'
import { showCard } from './card.ts'
import { changed, type Writing } from './draft.ts'
import { goOn } from './go-on.ts'

/** The new one is meant: the other is forgotten, and its card with it. */
export function* takeRival(writing: Writing): Dialogue {
  const { rival } = writing.draft
  if (!rival) return yield* showCard(writing)
  return yield* goOn(changed(writing, { ...rival, rival: null }))
}

/** It is the note that was asked for, link and all. */
export function* rivalAsNote(writing: Writing): Dialogue {
  const { rival } = writing.draft
  if (!rival) return yield* showCard(writing)
  const note = cleanText(rival.said)
  return yield* goOn(changed(writing, { note, rival: null, step: 'check' }))
}
