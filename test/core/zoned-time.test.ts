import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { knownZone, wallClock, zonedInstant } from '#core/zoned-time.ts'

const ZONES = ['UTC', 'Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata']

describe('a wall clock in a zone', () => {
  it('names the instant that shows it', () => {
    expect(zonedInstant('2026-12-01T09:00', 'Asia/Shanghai')).toBe(Date.UTC(2026, 11, 1, 1))
    expect(zonedInstant('2026-07-01T09:00', 'Europe/Berlin')).toBe(Date.UTC(2026, 6, 1, 7))
    expect(zonedInstant('2026-01-01T09:00', 'Asia/Kolkata')).toBe(Date.UTC(2026, 0, 1, 3, 30))
  })

  it('takes an hour that is skipped as the one after, and one that comes twice as the first', () => {
    expect(zonedInstant('2026-03-29T02:30', 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 29, 1, 30))
    expect(zonedInstant('2026-10-25T02:30', 'Europe/Berlin')).toBe(Date.UTC(2026, 9, 25, 0, 30))
  })

  it('is none for anything else', () => {
    for (const text of ['', 'tomorrow', '2026-13-01T00:00', '2026-12-01', '2026-12-01T09:00Z']) {
      expect(zonedInstant(text, 'UTC')).toBeUndefined()
    }
  })

  it('reads back what it shows', () => {
    const instants = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) })
    fc.assert(
      fc.property(instants, fc.constantFrom(...ZONES), (instant, zone) => {
        const shown = wallClock(instant, zone)
        const read = zonedInstant(shown, zone) ?? 0
        expect(wallClock(read, zone)).toBe(shown)
      }),
      { numRuns: 300 },
    )
  })

  it('knows zones by any spelling, and no others', () => {
    expect(knownZone('europe/berlin')).toBe('Europe/Berlin')
    expect(knownZone('Mars/Base')).toBeUndefined()
    expect(knownZone('')).toBeUndefined()
  })
})
