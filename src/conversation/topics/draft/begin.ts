import { isDeepStrictEqual } from 'node:util'
import type { Dialogue } from '../../answer.ts'
import type { Facts } from '../../facts.ts'
import type { Draft } from '../../state/draft.ts'
import type { State } from '../../state/state.ts'
import { askToLink } from '../link/ask-to-link.ts'
import { newDraft, type Writing } from './draft.ts'
import { goOn } from './go-on.ts'

/** What a message holds to be shared. */
export type Begun = Pick<Draft, 'urls' | 'unread' | 'words' | 'note' | 'post' | 'source' | 'said'>

/** More links than this cannot be chosen from: no platform takes a button for each of a hundred. */
const MAX_CHOICES = 20

/** A draft of what a message holds: what is still to be asked of it is asked first. */
export function draftOf(facts: Facts, begun: Begun): Draft {
  const { urls, unread } = begun
  const several = urls.length > 1
  return newDraft(facts, {
    ...begun,
    urls: several ? [] : urls,
    choices: several ? urls.slice(0, MAX_CHOICES) : [],
    step: several ? 'which' : urls.length === 0 ? 'target' : unread === '' ? 'people' : 'check',
  })
}

/** Begins with a draft; while another one is being written, which of them is meant is asked first. */
export function* take(facts: Facts, state: State, fresh: Draft): Dialogue {
  const draft = beside(facts, state.draft, fresh)
  const answer = yield* resume(facts, { ...state, asked: null, draft })
  // Where nobody can be asked, the earlier one is given up unsent.
  return draft === fresh && state.draft ? { ...answer, refused: true } : answer
}

function beside(facts: Facts, draft: Draft | null, fresh: Draft): Draft {
  if (!draft || draft.nonce === fresh.nonce || facts.event.unattended) return fresh
  if (draft.step === 'target') return filled(draft, fresh)
  // Who was shown no card of it yet may have changed their mind; a card may have been lost too.
  if (isAboutSame(draft, linksOf(fresh))) {
    return facts.sender ? { ...filled(draft, fresh), title: draft.title } : fresh
  }
  const { rival: _, ...other } = fresh
  return { ...draft, rival: other }
}

/** Whether a new share is written of just these links. */
export function isAboutSame(draft: Draft, links: readonly string[]): boolean {
  return draft.addTo === null && links.length > 0 && isDeepStrictEqual(linksOf(draft), links)
}

function linksOf({ urls, choices }: Draft): readonly string[] {
  return [...urls, ...choices]
}

/** A draft that waited for its link, or whose link came once more: what was said of it before holds. */
function filled(draft: Draft, fresh: Draft): Draft {
  const { people } = draft
  const unread = `${draft.unread}\n${fresh.unread}`.trim()
  return {
    ...fresh,
    nonce: draft.nonce,
    people,
    unread,
    note: fresh.note ?? draft.note,
    sendAt: draft.sendAt,
    step: fresh.step === 'people' && (people.length > 0 || unread !== '') ? 'check' : fresh.step,
  }
}

/** Goes on with what is being written; who may not share yet is told how to. */
export function* resume(facts: Facts, state: State): Dialogue {
  const { sender } = facts
  const { draft } = state
  if (!sender || !draft) return yield* askToLink(facts, state)
  const writing: Writing = { facts, sender, state, draft }
  return yield* goOn(writing)
}
