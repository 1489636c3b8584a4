/** Wall clocks in time zones, by the zones that the runtime knows. */

/** The zone's own spelling, or undefined for a name that is no time zone. */
export function knownZone(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}

/**
 * The instant that a wall clock in the zone shows as `YYYY-MM-DDTHH:MM`. An hour that a clock change skips
 * is taken as the hour after it; one that comes twice is the first. Undefined for anything else.
 */
export function zonedInstant(local: string, timeZone: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(local)) return undefined
  const wall = Date.parse(`${local}Z`)
  if (Number.isNaN(wall)) return undefined
  const early = wall - offsetAt(wall - 86_400_000, timeZone)
  const late = wall - offsetAt(wall + 86_400_000, timeZone)
  const fitting = [early, late].filter((at) => at + offsetAt(at, timeZone) === wall)
  return fitting.length > 0 ? Math.min(...fitting) : Math.max(early, late)
}

/** What a wall clock in the zone shows at an instant: `YYYY-MM-DDTHH:MM`. */
export function wallClock(instant: number, timeZone: string): string {
  return new Date(instant + offsetAt(instant, timeZone)).toISOString().slice(0, 16)
}

/** How far the zone's clocks are ahead of UTC at an instant, in milliseconds. */
export function offsetAt(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(instant)
    .find((part) => part.type === 'timeZoneName')
  const match = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/.exec(parts?.value ?? '')
  const [, sign, hours = 0, minutes = 0, seconds = 0] = match ?? []
  const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
  return sign === '-' ? -size : size
}
