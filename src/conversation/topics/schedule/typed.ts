import { knownZone } from '#core/zoned-time.ts'
import type { Dialogue } from '../../answer.ts'
import { ask } from '../../asks.ts'
import { showCard } from '../draft/card.ts'
import { changed, type Writing } from '../draft/draft.ts'
import { goOn } from '../draft/go-on.ts'
import { readTime } from './read-time.ts'

/** A time as people write it, in the sender's zone. */
export function* typedTime(writing: Writing, text: string): Dialogue {
  const { facts } = writing
  const at = readTime(text, { ...facts, timeZone: facts.timeZone ?? 'UTC' })
  if (at === null) return yield* showCard(writing, facts.texts('chat.when.notUnderstood'))
  return yield* sendLater(writing, at)
}

export function* sendLater(writing: Writing, at: number): Dialogue {
  const { facts } = writing
  if (at <= facts.now) return yield* showCard(writing, facts.texts('chat.when.past'))
  return yield* goOn(changed(writing, { sendAt: at, step: 'check' }))
}

export function* typedZone(writing: Writing, text: string): Dialogue {
  const { facts, sender, state } = writing
  const timeZone = knownZone(text.trim().replace(/\s+/g, '_'))
  if (!timeZone) return yield* showCard(writing, facts.texts('account.fault.timeZone'))
  yield* ask('update-account', { sender, change: { timeZone } })
  const inZone = { ...writing, facts: { ...facts, timeZone }, state: { ...state, timeZone } }
  return yield* goOn(changed(inZone, { step: 'when' }))
}
