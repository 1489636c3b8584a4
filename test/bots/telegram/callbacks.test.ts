import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTelegramClient } from '#src/compose/telegram-client.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { type Callbacks, createCallbacks } from '../../../bots/telegram/callbacks.ts'
import {
  startTelegramApi,
  type TelegramApi,
  type TelegramUser,
  TOKEN,
} from '../../services/telegram-api/telegram-api.ts'

let telegram: TelegramApi
let client: Awaited<ReturnType<typeof openTelegramClient>>
let callbacks: Callbacks
let ann: TelegramUser

beforeEach(async () => {
  telegram = await startTelegramApi()
  client = await openTelegramClient({ token: () => TOKEN, apiRoot: telegram.url })
  callbacks = createCallbacks(client, quiet, 20)
  ann = telegram.user({ first_name: 'Ann' })
})
afterEach(async () => {
  await client.close()
  await telegram.close()
})

/** Ann presses something. */
function pressed() {
  const answer = ann.pressesData('m:help', ann.says('hello').message)
  const query = telegram.queries.open[0] ?? ''
  return { answer, query }
}

test('a press is answered with what came of it, in 200 characters at most', async () => {
  const { answer, query } = pressed()
  await callbacks.answering(query, async () => ({ text: '😀'.repeat(150), alert: true }))
  const { text = '', show_alert } = await answer
  expect(text.length).toBeLessThanOrEqual(200)
  expect({ end: text.slice(-3), show_alert }).toEqual({ end: '😀…', show_alert: true })
})

test('it is answered with nothing where that takes long, and once', async () => {
  const { answer, query } = pressed()
  let answered = {}
  await callbacks.answering(query, async () => {
    answered = await answer
    return { text: 'late' }
  })
  expect(answered).toEqual({ callback_query_id: query })
  expect(telegram.requests.filter(({ method }) => method === 'answerCallbackQuery')).toHaveLength(1)
})

test('it is answered where what it asked for fails, which is told', async () => {
  const { answer, query } = pressed()
  const failing = callbacks.answering(query, () => Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
  expect(await answer).toEqual({ callback_query_id: query })
})

test('what is too old to be answered is no fault', async () => {
  const { query } = pressed()
  telegram.queries.forget()
  await callbacks.answering(query, async () => ({ text: 'late' }))
})
