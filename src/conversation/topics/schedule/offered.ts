import type { Locale } from '#core/locale.ts'
import { wallClock, zonedInstant } from '#core/zoned-time.ts'

const DAY_MS = 24 * 3_600_000
/** Sooner than this is not later. */
const SOON_MS = 15 * 60_000

/** Tonight, where that is still to come, and tomorrow at nine. */
export function offeredTimes(now: number, timeZone: string): readonly number[] {
  const today = wallClock(now, timeZone).slice(0, 10)
  const times = [`${today}T20:00`, `${dayAfter(today)}T09:00`]
  return times.map((local) => zonedInstant(local, timeZone) ?? 0).filter((at) => at > now + SOON_MS)
}

/** By the calendar: where clocks change, a day is not 24 hours long. */
function dayAfter(day: string): string {
  return new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10)
}

const ZONES: Readonly<Record<Locale, readonly string[]>> = {
  en: ['Europe/London', 'Europe/Berlin', 'America/New_York', 'America/Los_Angeles'],
  'zh-CN': ['Asia/Shanghai', 'Asia/Hong_Kong', 'Asia/Taipei', 'Asia/Singapore'],
}

/** Some to choose from; any other can be written. */
export function offeredZones(locale: Locale): readonly string[] {
  return ZONES[locale]
}

/** A zone as a press can carry it. */
export function zoneTag(zone: string): string {
  return zone.replaceAll('/', '-')
}
