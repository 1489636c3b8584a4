import { expect, test } from 'vitest'
import { refusal } from '#core/refusal.ts'
import { textsFor } from '#locales/texts.ts'
import { answerTo } from '#web/problem.ts'

const headersOf = (error: unknown) =>
  answerTo(error, textsFor('en'), 'http://localhost:8080').headers

test('whoever meets an outage is told when to come back, also where nobody knows its end', () => {
  const told = refusal('unavailable', 'refusal.store_away', { retryAfterMs: 1_200 })
  expect(headersOf(told)).toEqual({ 'Retry-After': '2' })
  expect(headersOf(refusal('unavailable', 'refusal.store_away'))).toEqual({ 'Retry-After': '5' })
  expect(headersOf(new Error('a bug'))).toEqual({})
})
