import type { Dialogue } from '../../answer.ts'
import { ask } from '../../asks.ts'
import { showCard } from '../draft/card.ts'
import { changed, type Writing } from '../draft/draft.ts'
import { goOn } from '../draft/go-on.ts'
import { readZone } from '../settings/time-zone.ts'
import { offeredZones, zoneTag } from './offered.ts'
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
  if (!(at > facts.now)) return yield* showCard(writing, facts.texts('chat.when.past'))
  return yield* goOn(changed(writing, { sendAt: at, step: 'check' }))
}

export function* typedZone(writing: Writing, text: string): Dialogue {
  const { facts, sender, state } = writing
  const timeZone = readZone(text)
  if (!timeZone) return yield* showCard(writing, facts.texts('account.fault.timeZone'))
  yield* ask('update-account', { sender, change: { timeZone } })
  const inZone = { ...writing, facts: { ...facts, timeZone }, state: { ...state, timeZone } }
  return yield* goOn(changed(inZone, { step: 'when' }))
}

/** One of the zones that are offered, as a button names it. */
export function* pressedZone(writing: Writing, named: string): Dialogue {
  const { locale } = writing.facts
  const zone = offeredZones(locale).find((one) => zoneTag(one) === named)
  if (zone === undefined) return yield* showCard(changed(writing, { step: 'zone' }))
  return yield* typedZone(writing, zone)
}
