import { expect, test } from 'vitest'
import { offeredTimes } from '#conversation/topics/schedule/offered.ts'
import { readTime } from '#conversation/topics/schedule/read-time.ts'
import { wallClock } from '#core/zoned-time.ts'

/** Monday, 2 March 2026. */
const NOON = Date.parse('2026-03-02T12:00:00Z')

const read = (text: string, locale: 'en' | 'zh-CN', timeZone: string, now = NOON) => {
  const at = readTime(text, { now, locale, timeZone })
  return at === null ? null : wallClock(at, timeZone)
}

test.each([
  ['fri 18:30', '2026-03-06T18:30'],
  ['Friday at 6.30pm', '2026-03-06T18:30'],
  ['tomorrow 9:00', '2026-03-03T09:00'],
  ['tomorrow', '2026-03-03T09:00'],
  ['tonight at 9', '2026-03-02T21:00'],
  ['in 2 hours', '2026-03-02T15:00'],
  ['4 May 2026 at 10:15', '2026-05-04T10:15'],
  ['2026-12-24 18:00', '2026-12-24T18:00'],
  ['明天上午九点', '2026-03-03T09:00'],
])('“%s” is read in Berlin', (text, wanted) => {
  expect(read(text, 'en', 'Europe/Berlin')).toBe(wanted)
})

test.each([
  ['明天上午九点', '2026-03-03T09:00'],
  ['明天下午3点', '2026-03-03T15:00'],
  ['周五 18:30', '2026-03-06T18:30'],
  ['后天晚上8点', '2026-03-04T20:00'],
  ['tomorrow 9:00', '2026-03-03T09:00'],
])('“%s” is read in Shanghai', (text, wanted) => {
  expect(read(text, 'zh-CN', 'Asia/Shanghai')).toBe(wanted)
})

test('a day is the sender’s, not the server’s', () => {
  const late = Date.parse('2026-03-02T23:30:00Z')
  expect(read('tomorrow 9:00', 'en', 'Asia/Shanghai', late)).toBe('2026-03-04T09:00')
  expect(read('tomorrow 9:00', 'en', 'America/New_York', late)).toBe('2026-03-03T09:00')
})

test('over a change of the clocks, the wall’s time is meant', () => {
  const before = Date.parse('2026-03-28T12:00:00Z')
  const at = readTime('tomorrow 9:00', { now: before, locale: 'en', timeZone: 'Europe/Berlin' })
  expect(at).toBe(Date.parse('2026-03-29T07:00:00Z'))
})

test('what is no time is none', () => {
  for (const text of ['', 'sometime', 'bob@example.org', '嗯']) {
    expect(read(text, 'en', 'UTC')).toBeNull()
  }
})

test('tonight is offered while it is to come, and tomorrow at nine', () => {
  const offered = (now: string) =>
    offeredTimes(Date.parse(now), 'Europe/Berlin').map((at) => wallClock(at, 'Europe/Berlin'))
  expect(offered('2026-03-02T12:00:00Z')).toEqual(['2026-03-02T20:00', '2026-03-03T09:00'])
  expect(offered('2026-03-02T18:50:00Z')).toEqual(['2026-03-03T09:00'])
  expect(offered('2026-03-28T22:30:00Z')).toEqual(['2026-03-29T09:00'])
})
