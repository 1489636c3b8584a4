import { describe, expect, test } from 'vitest'
import { offeredTimes } from '#conversation/topics/schedule/offered.ts'
import { wallClock } from '#core/zoned-time.ts'

const ZONE = 'Europe/Berlin'
const offered = (now: string) =>
  offeredTimes(Date.parse(now), ZONE).map((at) => wallClock(at, ZONE))

describe('times to send at', () => {
  test('are tonight, where that is to come, and tomorrow at nine', () => {
    expect(offered('2026-03-02T10:00:00+01:00')).toEqual(['2026-03-02T20:00', '2026-03-03T09:00'])
    expect(offered('2026-03-02T23:30:00+01:00')).toEqual(['2026-03-03T09:00'])
  })

  test('are not a day late on the eve of a day of 23 hours', () => {
    expect(offered('2026-03-28T23:30:00+01:00')).toEqual(['2026-03-29T09:00'])
  })

  test('are not a day early on a day of 25 hours', () => {
    expect(offered('2026-10-25T00:30:00+02:00')).toEqual(['2026-10-25T20:00', '2026-10-26T09:00'])
  })
})
