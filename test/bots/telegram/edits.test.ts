import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { TelegramUser } from '../../services/telegram-api/telegram-api.ts'
import { type BotWorld, startBotWorld } from './bot-world.ts'

const QUIET_MS = 300

let world: BotWorld
let ann: TelegramUser

beforeEach(async () => {
  world = await startBotWorld()
  ann = await world.linked()
  world.begin()
  ann.starts()
  await world.telegram.idle()
})
afterEach(() => world.close())

async function lastWords(): Promise<string> {
  await world.telegram.idle()
  await sleep(QUIET_MS)
  return ann.sees().at(-1)?.text ?? ''
}

test('a command that answers a message goes to whom it names after it was changed', async () => {
  const family = world.telegram.group('Family')
  const mo = world.telegram.user({ first_name: 'Mo' })
  const { message } = mo.says('read https://example.org/a', { in: family })
  const said = ann.says('/share bob@example.org', { in: family, replyTo: message })
  await ann.reads('bob@example.org')
  ann.edits(said, '/share carol@example.org')
  const words = await lastWords()
  expect(words).toContain('carol@example.org')
  expect(words).not.toContain('bob@example.org')
})

test('a command whose link was changed still goes to the contact that it names', async () => {
  ann.says('/contacts add Zoe zoe@example.org')
  const said = ann.says('/share https://example.org/a Zoe')
  await ann.reads('zoe@example.org (email)')
  ann.edits(said, '/share https://example.org/b Zoe')
  const words = await lastWords()
  expect(words).toContain('example.org/b')
  expect(words).toContain('zoe@example.org')
})

test('words that were taken out of the message are not sent with it', async () => {
  const said = ann.says('https://example.org/a bob@example.org -- secret words')
  await ann.reads('secret words')
  ann.edits(said, 'https://example.org/a bob@example.org')
  expect(await lastWords()).not.toContain('secret words')
})

test('a message in which no link was found begins a share once it has one', async () => {
  const said = ann.says('htps:/example bob@example.org')
  await ann.reads('link')
  ann.edits(said, 'https://example.org/a bob@example.org')
  expect(await lastWords()).toContain('example.org/a')
})
