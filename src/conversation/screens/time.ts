import { wallClock } from '#core/zoned-time.ts'
import type { Tongue } from './words.ts'

export interface TimeView extends Tongue {
  /** Null: nobody has said; times are told in UTC, with its name. */
  readonly timeZone: string | null
  readonly now: number
}

/** A moment as the person's language and zone write it: today's by the clock alone, others with their day. */
export function whenWords(instant: number, view: TimeView, seconds = false): string {
  const timeZone = view.timeZone ?? 'UTC'
  const dayOf = (at: number): string => wallClock(at, timeZone).slice(0, 10)
  const today = dayOf(instant) === dayOf(view.now)
  return new Intl.DateTimeFormat(view.locale, {
    ...(today ? {} : { weekday: 'short', month: 'short', day: 'numeric' }),
    ...(view.timeZone === null && { timeZoneName: 'short' }),
    hour: 'numeric',
    minute: '2-digit',
    ...(seconds && { second: '2-digit' }),
    timeZone,
  }).format(instant)
}
