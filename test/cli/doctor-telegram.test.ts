import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkTelegram } from '#src/cli/checks/telegram.ts'
import { readConfig } from '#src/config.ts'
import { type BotApi, startBotApi } from '../adapters/channels/telegram/bot-api.ts'

const TOKEN = '4711:AAsecret-of-the-bot_0123456789'
const HOOK = 'https://go.example.org/hooks/telegram'

let api: BotApi
beforeEach(async () => {
  api = await startBotApi(TOKEN)
})
afterEach(() => api.close())

/** What was found of each setting, and the text that says so. */
async function found(more: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const config = readConfig({
    BASE_URL: 'https://go.example.org',
    TELEGRAM_BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: api.url,
    ...more,
  })
  const findings = await checkTelegram(config)
  expect(JSON.stringify(findings)).not.toContain(TOKEN)
  return findings.map(({ about, verdict, text }) => `${about} ${verdict} ${text}`)
}

describe('doctor', () => {
  test('leaves Telegram be where no bot is set', async () => {
    expect(await checkTelegram(readConfig({}))).toMatchObject([{ verdict: 'off' }])
  })

  test('finds a bot that needs nothing more', async () => {
    expect(await found()).toEqual(['TELEGRAM_BOT_TOKEN ok doctor.telegram'])
  })

  test('says what is still to be told to BotFather', async () => {
    api.me = { ...api.me, supports_inline_queries: false, can_read_all_group_messages: true }
    expect(await found()).toEqual([
      'TELEGRAM_BOT_TOKEN ok doctor.telegram',
      'TELEGRAM_BOT_TOKEN warning doctor.telegramInline',
      'TELEGRAM_BOT_TOKEN warning doctor.telegramPrivacy',
    ])
  })

  test('finds a token that is refused, and a server that is not there', async () => {
    api.token = 'another'
    expect(await found()).toEqual(['TELEGRAM_BOT_TOKEN fault doctor.telegramRefused'])
    await api.close()
    expect(await found()).toEqual(['TELEGRAM_API_ROOT fault doctor.telegramAway'])
  })

  test.each<[string, object, Readonly<Record<string, string>>, string]>([
    ['called', { url: HOOK }, {}, 'ok doctor.telegramWebhook'],
    ['not called yet', { url: '' }, {}, 'warning doctor.telegramNoWebhook'],
    ['called elsewhere', { url: 'https://else.example/x' }, {}, 'warning doctor.telegramNoWebhook'],
    [
      'called in vain lately',
      { url: HOOK, last_error_date: Date.now() / 1_000 - 60, last_error_message: '502' },
      {},
      'fault doctor.telegramWebhookFault',
    ],
    [
      'called in vain long ago',
      { url: HOOK, last_error_date: Date.now() / 1_000 - 90_000, last_error_message: '502' },
      {},
      'ok doctor.telegramWebhook',
    ],
    [
      'not encrypted',
      { url: '' },
      { BASE_URL: 'http://go.example.org' },
      'fault doctor.telegramPlain',
    ],
  ])('says how a webhook stands that is %s', async (_name, webhook, more, expected) => {
    api.webhook = webhook
    const all = await found({ TELEGRAM_WEBHOOK_SECRET: 'abc', ...more })
    expect(all.at(-1)).toBe(`TELEGRAM_WEBHOOK_SECRET ${expected}`)
  })

  test('tells of a webhook that nobody asked for', async () => {
    api.webhook = { url: 'https://else.example/x' }
    expect((await found()).at(-1)).toBe(
      'TELEGRAM_WEBHOOK_SECRET warning doctor.telegramOtherWebhook',
    )
  })
})
