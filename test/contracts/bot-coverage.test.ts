import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { TRANSCRIPTS } from './bot-platform.ts'

const bots = globSync('bots/*/').map((path) => path.split('/').at(-1) ?? path)

test.each(bots)('every dialogue is played through the bot of %s', (bot) => {
  const tests = globSync(`test/bots/${bot}/*.test.ts`)
  const sources = tests.map((path) => readFileSync(path, 'utf8'))
  expect(sources.some((source) => /\bbotPlatformContract\(/.test(source))).toBe(true)
})

test('there are bots, and dialogues to play', () => {
  expect(bots).toEqual(expect.arrayContaining(['console', 'telegram']))
  expect(TRANSCRIPTS.length).toBeGreaterThan(40)
})

test('every beat of a dialogue that somebody is answered in says with what', () => {
  const silent = TRANSCRIPTS.flatMap(({ file, beats }) =>
    beats.every(({ shown }) => shown === '') ? [file] : [],
  )
  expect(silent).toEqual([])
})
