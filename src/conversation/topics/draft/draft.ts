import type { Instant } from '#core/ids.ts'
import type { ShareRequest } from '#engine/engine.ts'
import type { Sender } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import type { Draft, DraftPerson } from '../../state/draft.ts'
import type { State } from '../../state/state.ts'

/** A share that is being written, by somebody who may share. */
export interface Writing {
  readonly facts: Facts
  readonly sender: Sender
  readonly state: State
  readonly draft: Draft
}

/** A new draft, named by the event that begins it. */
export function newDraft(facts: Facts, parts: Partial<Draft>): Draft {
  return {
    nonce: facts.nonce,
    chat: facts.chat,
    source: null,
    said: '',
    step: 'people',
    page: 0,
    choices: [],
    post: null,
    urls: [],
    pageTitles: [],
    region: null,
    title: null,
    words: '',
    note: null,
    people: [],
    unread: '',
    sendAt: null,
    addTo: null,
    replaces: null,
    rival: null,
    ...parts,
  }
}

/** Goes on with the draft changed. */
export function changed(writing: Writing, parts: Partial<Draft>): Writing {
  const draft = { ...writing.draft, ...parts }
  return { ...writing, draft, state: { ...writing.state, draft } }
}

/** What the draft asks for, for one of its links. */
export function requestOf(draft: Draft, url: string): ShareRequest {
  return {
    url,
    region: draft.region ?? undefined,
    title: (draft.title ?? draft.pageTitles[draft.urls.indexOf(url)]) || undefined,
    note: draft.note ?? undefined,
    recipients: understood(draft.people),
    sendAt: draft.sendAt === null ? undefined : (draft.sendAt as Instant),
  }
}

/** Who can be written to as they were understood. */
export function understood(people: readonly DraftPerson[]): readonly string[] {
  return people.flatMap(({ as }) => (as === null ? [] : [as]))
}

/** Adds people, each once. */
export function joined(
  people: readonly DraftPerson[],
  more: readonly DraftPerson[],
): readonly DraftPerson[] {
  const keyOf = ({ as, written }: DraftPerson): string => as ?? `? ${written}`
  const all = new Map(people.map((person) => [keyOf(person), person]))
  for (const person of more) if (!all.has(keyOf(person))) all.set(keyOf(person), person)
  return [...all.values()]
}

/** Where a draft goes on whose people are clear: a note is asked for once, of a new share. */
export function afterPeople({ draft, facts }: Writing): 'note' | 'check' {
  return draft.note === null && !facts.event.unattended ? 'note' : 'check'
}

/** Where a draft goes on after something beside was changed. */
export function restOf({ draft }: Writing): 'people' | 'check' {
  return understood(draft.people).length > 0 || draft.unread !== '' ? 'check' : 'people'
}
