import { knownZone } from '#core/zoned-time.ts'
import { answer, type Dialogue, show } from '../../answer.ts'
import { ask } from '../../asks.ts'
import type { Facts } from '../../facts.ts'
import { said } from '../../screens/rich.ts'
import { timeZoneScreen } from '../../screens/settings.ts'
import type { State } from '../../state/state.ts'
import { offeredZones, zoneTag } from '../schedule/offered.ts'

/** `/timezone`, with a zone or without. */
export function* timeZone(facts: Facts, state: State, wanted: string): Dialogue {
  if (wanted.trim() !== '') return yield* setZone(facts, state, wanted, 'message')
  const screen = timeZoneScreen(facts, offeredZones(facts.locale))
  return answer({ ...state, asked: 'zone' }, show('message', screen))
}

export function* pressedTimeZone(facts: Facts, state: State, arg: string): Dialogue {
  const zone = offeredZones(facts.locale).find((one) => zoneTag(one) === arg)
  return yield* setZone(facts, state, zone ?? '', 'instead')
}

/** What cannot be understood is asked again. */
export function* setZone(
  facts: Facts,
  state: State,
  written: string,
  place: 'message' | 'instead',
): Dialogue {
  const { sender, texts } = facts
  const zone = readZone(written)
  if (zone === undefined) {
    return answer({ ...state, asked: 'zone' }, show(place, said(texts('account.fault.timeZone'))))
  }
  if (sender) yield* ask('update-account', { sender, change: { timeZone: zone } })
  const done = said(texts('chat.zone.done', { zone }))
  return answer({ ...state, timeZone: zone, asked: null }, show(place, done))
}

/** A zone as people write it: `europe/berlin`, `America/New York`. */
export function readZone(written: string): string | undefined {
  const name = written.trim().replace(/\s+/g, '_')
  return name === '' ? undefined : knownZone(name)
}
