import { expect, test } from 'vitest'
import { createSystemClock } from '#adapters/clock/system.ts'

test('a clock set back goes on from where it was, at its usual pace', () => {
  let wall = 1_000_000
  let mono = 0
  const clock = createSystemClock(
    () => wall,
    () => mono,
  )
  expect(clock.now()).toBe(1_000_000)
  wall -= 3_600_000
  mono += 50
  wall += 50
  expect(clock.now()).toBe(1_000_050)
  mono += 100
  wall += 100
  expect(clock.now()).toBe(1_000_150)
})

test('a clock set forward is followed', () => {
  let wall = 1_000_000
  const clock = createSystemClock(
    () => wall,
    () => 0,
  )
  clock.now()
  wall += 60_000
  expect(clock.now()).toBe(1_060_000)
})
