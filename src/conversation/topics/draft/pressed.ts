import { answer, type Dialogue, show, silence } from '../../answer.ts'
import { ask } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import type { Press } from '../../press.ts'
import { tagOf } from '../../press.ts'
import { lines } from '../../screens/rich.ts'
import type { Draft } from '../../state/draft.ts'
import type { State } from '../../state/state.ts'
import { candidateOf, firstCandidates, lookUpKnown } from '../recipients/book.ts'
import { rememberMeant } from '../recipients/remembered.ts'
import { offeredZones } from '../schedule/offered.ts'
import { sendLater, typedZone } from '../schedule/typed.ts'
import { showCard } from './card.ts'
import { changed, joined, understood, type Writing } from './draft.ts'
import { goOn } from './go-on.ts'
import { lookOver } from './look-over.ts'
import { send } from './send.ts'
import { choose, chooseLinks } from './which.ts'

type DraftPress = Extract<Press, { on: 'draft' }>

/** A button of a draft's card. Null: that draft is not being written. */
export function* pressedOnDraft(facts: Facts, state: State, press: DraftPress): Dialogue {
  const { draft } = state
  const { sender } = facts
  if (draft?.nonce !== press.nonce) return outOfDate(facts, state)
  if (press.act === 'cancel') return cancelled(facts, state)
  if (!sender) return outOfDate(facts, state)
  return yield* act({ facts, sender, state, draft }, press)
}

function outOfDate({ texts }: Facts, state: State) {
  return silence(state, texts('chat.outOfDate'))
}

function cancelled({ texts }: Facts, state: State) {
  const screen = { body: lines(texts('chat.cancelled')), buttons: [] }
  return answer({ ...state, draft: null, card: null }, show('instead', screen))
}

function* act(writing: Writing, { act: does, arg }: DraftPress): Dialogue {
  const { draft, facts } = writing
  switch (does) {
    case 'which':
      return yield* choose(writing, Number(arg))
    case 'all':
      return yield* chooseLinks(writing, draft.choices)
    case 'post':
      return yield* chooseLinks(writing, draft.post === null ? [] : [draft.post])
    case 'pick':
      return yield* pick(writing, arg)
    case 'next':
      return yield* goOn(changed(writing, { step: draft.note === null ? 'note' : 'check' }))
    case 'answer':
      return yield* answerQuestion(writing, arg)
    case 'known':
      return yield* takeAsKnown(writing)
    case 'drop':
      return yield* drop(writing, arg)
    case 'words':
      return yield* goOn(changed(writing, { note: draft.words, step: 'check' }))
    case 'canned':
      return yield* useCanned(writing, arg)
    case 'bare':
      return yield* goOn(changed(writing, { note: '', step: 'check' }))
    case 'send':
      return yield* send(writing, { others: arg === 'others' })
    case 'later':
      return yield* step(writing, facts.timeZone === null ? 'zone' : 'when')
    case 'when':
      return yield* sendLater(writing, Number(arg))
    case 'now':
      return yield* showCard(changed(writing, { sendAt: null, step: 'check' }))
    case 'zone':
      return yield* zone(writing, arg)
    case 'retitle':
      return yield* step(writing, 'title')
    case 'people':
    case 'note':
    case 'edit':
      return yield* step(writing, does)
    case 'back':
      return yield* step(writing, understood(draft.people).length > 0 ? 'check' : 'people')
    default:
      return yield* showCard(writing)
  }
}

function step(writing: Writing, to: Draft['step']): Dialogue {
  return showCard(changed(writing, { step: to }))
}

/** Chosen once they are on it, twice they are off. */
function* pick(writing: Writing, tag: string): Dialogue {
  const { draft, facts, sender } = writing
  const known = yield* lookUpKnown(facts, sender)
  const all = [...firstCandidates(known), ...known.contacts.map(candidateOf), ...known.recents]
  const chosen = all.find(({ as }) => tagOf(as) === tag)
  if (!chosen) return yield* showCard(writing)
  const others = draft.people.filter(({ as }) => as !== chosen.as)
  const one = { written: chosen.label, as: chosen.as, sure: true }
  const people = others.length < draft.people.length ? others : joined(draft.people, [one])
  return yield* showCard(changed(writing, { people, step: 'people' }))
}

function* answerQuestion(writing: Writing, tag: string): Dialogue {
  const { question } = yield* lookOver(writing, null)
  if (!question || question.kind === 'first-time') return yield* showCard(writing)
  const { person } = question
  const options =
    question.kind === 'who'
      ? question.options.map(({ as }) => as)
      : [question.suggestion, person.as ?? person.written]
  const meant = options.find((as) => tagOf(as) === tag)
  if (meant === undefined) return yield* showCard(writing)
  const people = writing.draft.people.map((one) =>
    one === person || one.written === person.written ? { ...one, as: meant, sure: true } : one,
  )
  const state = rememberMeant(writing.state, person, meant)
  return yield* goOn(changed({ ...writing, state }, { people }))
}

function* takeAsKnown(writing: Writing): Dialogue {
  const people = writing.draft.people.map((one) => ({ ...one, sure: one.as !== null }))
  return yield* goOn(changed(writing, { people }))
}

function drop(writing: Writing, tag: string): Dialogue {
  const people = writing.draft.people.filter(
    ({ as, written }) => tagOf(written) !== tag && (as === null || tagOf(as) !== tag),
  )
  const empty = understood(people).length === 0
  return goOn(changed(writing, { people, ...(empty && { step: 'people' as const }) }))
}

function* useCanned(writing: Writing, tag: string): Dialogue {
  const notes = yield* ask('notes', { sender: writing.sender })
  const note = notes.find((one) => tagOf(one) === tag)
  if (note === undefined) return yield* showCard(writing)
  return yield* goOn(changed(writing, { note, step: 'check' }))
}

function zone(writing: Writing, arg: string): Dialogue {
  const chosen = offeredZones(writing.facts.locale).find((one) => one.replaceAll('/', '-') === arg)
  return chosen === undefined ? step(writing, 'zone') : typedZone(writing, chosen)
}
