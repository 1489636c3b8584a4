import type { Dialogue } from '../../answer.ts'
import type { Facts } from '../../facts.ts'
import type { Draft } from '../../state/draft.ts'
import type { State } from '../../state/state.ts'
import { askToLink } from '../link/ask-to-link.ts'
import { newDraft, type Writing } from './draft.ts'
import { goOn } from './go-on.ts'

/** What a message holds to be shared. */
export type Begun = Pick<Draft, 'urls' | 'unread' | 'words' | 'note' | 'post' | 'source'>

/** Begins a share; one that was being written is forgotten. */
export function* begin(facts: Facts, state: State, begun: Begun): Dialogue {
  const several = begun.urls.length > 1
  const draft = newDraft(facts, {
    ...begun,
    urls: several ? [] : begun.urls,
    choices: several ? begun.urls : [],
    step: firstStep(begun),
  })
  return yield* resume(facts, { ...state, draft })
}

function firstStep({ urls, unread }: Begun): Draft['step'] {
  if (urls.length === 0) return 'target'
  if (urls.length > 1) return 'which'
  return unread === '' ? 'people' : 'check'
}

/** Goes on with what is being written; who may not share yet is told how to. */
export function* resume(facts: Facts, state: State): Dialogue {
  const { sender } = facts
  if (!sender) return yield* askToLink(facts, state)
  const { draft } = state
  if (!draft) throw new Error('nothing is being written')
  const writing: Writing = { facts, sender, state, draft }
  return yield* goOn(writing)
}
