import { afterEach, beforeEach, expect, test } from 'vitest'
import { COMMANDS } from '#ports/bot-platform.ts'
import { openTelegramClient } from '#src/compose/telegram-client.ts'
import { keepProfile } from '../../../bots/telegram/profile.ts'
import {
  startTelegramApi,
  type TelegramApi,
  TOKEN,
} from '../../services/telegram-api/telegram-api.ts'

let telegram: TelegramApi
let client: Awaited<ReturnType<typeof openTelegramClient>>

beforeEach(async () => {
  telegram = await startTelegramApi()
  client = await openTelegramClient({ token: () => TOKEN, apiRoot: telegram.url })
})
afterEach(async () => {
  await client.close()
  await telegram.close()
})

test('says in both languages what the bot is and does, and no more often than it changes', async () => {
  await keepProfile(client.api)
  const lists = [...telegram.profile.commands.values()].map((list) =>
    list.map(({ command }) => command),
  )
  const all = COMMANDS.filter((command) => command !== 'start')
  expect(lists).toEqual([all, ['share', 'help'], all, ['share', 'help']])
  expect(telegram.profile.getText('description', {})).toMatch(/^Passes a link along/)
  expect(telegram.profile.getText('short', { language_code: 'zh' })).toMatch(/链接/)

  const { changes } = telegram.profile
  await keepProfile(client.api)
  expect(telegram.profile.changes).toBe(changes)

  await client.api.setMyShortDescription('another')
  await keepProfile(client.api)
  expect(telegram.profile.changes).toBe(changes + 2)
})
