import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const channels = globSync('adapters/channels/*/').map((path) => path.split('/').at(-1) ?? path)

test.each(channels)('the %s channel is held to the contract', (channel) => {
  const tests = globSync(`test/adapters/channels/${channel}/*.test.ts`)
  const sources = tests.map((path) => readFileSync(path, 'utf8'))
  expect(sources.some((source) => /\bchannelContract[<(]/.test(source))).toBe(true)
})

test('there are channels to hold to it', () => {
  expect(channels).toEqual(expect.arrayContaining(['email', 'outbox']))
})
