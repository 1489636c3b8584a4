import type { Dialogue } from '../../answer.ts'
import { tagOf } from '../../press.ts'
import { showCard } from '../draft/card.ts'
import { changed, joined, understood, type Writing } from '../draft/draft.ts'
import { goOn } from '../draft/go-on.ts'
import { lookOver } from '../draft/look-over.ts'
import { allCandidates, lookUpKnown } from './book.ts'
import type { Question } from './questions.ts'
import { rememberMeant, rememberNumber } from './remembered.ts'

/** Chosen once they are on it, twice they are off. */
export function* pick(writing: Writing, tag: string): Dialogue {
  const { draft, facts, sender } = writing
  const known = yield* lookUpKnown(facts, sender)
  const chosen = allCandidates(known).find(({ as }) => tagOf(as) === tag)
  if (!chosen) return yield* showCard(writing)
  const others = draft.people.filter(({ as }) => as !== chosen.as)
  const one = { written: chosen.label, as: chosen.as, sure: true }
  const people = others.length < draft.people.length ? others : joined(draft.people, [one])
  return yield* showCard(changed(writing, { people }))
}

/** Who was meant; the same question is not asked again. */
export function* answerQuestion(writing: Writing, tag: string): Dialogue {
  const { question } = yield* lookOver(writing)
  if (!question || question.kind === 'first-time') return yield* showCard(writing)
  const meant = optionsOf(question).find((as) => tagOf(as) === tag)
  if (meant === undefined) return yield* showCard(writing)
  const { person } = question
  const people = writing.draft.people.map((one) =>
    one.written === person.written ? { ...one, as: meant, sure: true } : one,
  )
  const state = rememberMeant(writing.state, person, meant)
  return yield* goOn(changed({ ...writing, state }, { people }))
}

function optionsOf(question: Exclude<Question, { kind: 'first-time' }>): readonly string[] {
  if (question.kind !== 'misspelt') return question.options.map(({ as }) => as)
  return [question.suggestion, question.person.as ?? question.person.written]
}

/** The numbers that were asked about are right. */
export function* takeAsKnown(writing: Writing): Dialogue {
  const { question } = yield* lookOver(writing)
  if (question?.kind !== 'first-time') return yield* showCard(writing)
  const right = new Set(question.people.map(({ as }) => as))
  const people = writing.draft.people.map((one) =>
    right.has(one.as) ? { ...one, sure: true } : one,
  )
  const state = question.people.reduce(rememberNumber, writing.state)
  return yield* goOn(changed({ ...writing, state }, { people }))
}

/** Goes on without somebody. */
export function* drop(writing: Writing, tag: string): Dialogue {
  const { draft } = writing
  const people = draft.people.filter(
    ({ as, written }) => tagOf(written) !== tag && (as === null || tagOf(as) !== tag),
  )
  const step = understood(people).length > 0 ? draft.step : 'people'
  return yield* goOn(changed(writing, { people, step }))
}
