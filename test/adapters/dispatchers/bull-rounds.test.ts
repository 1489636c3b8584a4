import { expect, test } from 'vitest'
import { Rounds } from '#adapters/dispatchers/bull/rounds.ts'

test('a lane’s jobs stand in rounds of their own, beside those of other lanes', () => {
  const rounds = new Rounds(0)
  expect(['a', 'a', 'b', 'a', 'b'].map((lane) => rounds.join(lane, undefined))).toEqual([
    1, 2, 1, 3, 2,
  ])
})

test('a new lane joins the round that is going on, however long others have waited', () => {
  const rounds = new Rounds(0)
  for (let n = 0; n < 100; n++) rounds.join('a', undefined)
  for (let round = 1; round <= 40; round++) rounds.leave(round)
  expect(rounds.join('b', undefined)).toBe(41)
  expect(rounds.join('b', undefined)).toBe(42)
})

test('who has rested gains no turns by it', () => {
  const rounds = new Rounds(0)
  rounds.join('b', undefined)
  rounds.leave(1)
  for (let n = 0; n < 50; n++) rounds.join('a', undefined)
  for (let round = 2; round <= 30; round++) rounds.leave(round)
  expect(rounds.join('b', undefined)).toBeGreaterThan(30)
})

test('jobs that another process rang come first', () => {
  expect(new Rounds(17).join('a', undefined)).toBe(18)
})

test('a job that was given back keeps its round', () => {
  const rounds = new Rounds(0)
  const round = rounds.join('a', undefined)
  rounds.leave(round)
  for (let n = 0; n < 9; n++) rounds.join('b', undefined)
  expect(rounds.join('a', round)).toBe(round)
})

test('many lanes that come and go are forgotten', () => {
  const rounds = new Rounds(0)
  for (let n = 0; n < 10_000; n++) rounds.leave(rounds.join(`lane ${n}`, undefined))
  expect(rounds.join('lane 1', undefined)).toBeGreaterThan(9_000)
})
