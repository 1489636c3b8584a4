import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkTelegram, checkUpdates, type Webhook } from '#src/cli/checks/telegram.ts'
import { readConfig } from '#src/config.ts'
import {
  startTelegramApi,
  type TelegramApi,
  TOKEN,
} from '#test/services/telegram-api/telegram-api.ts'

const HOOK = 'https://go.example.org/hooks/telegram'

describe('doctor', () => {
  let api: TelegramApi
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= api.close())
  beforeEach(async () => {
    closing = undefined
    api = await startTelegramApi()
  })
  afterEach(close)

  /** What was found of each setting, and the text that says so. */
  async function found(): Promise<readonly string[]> {
    const env = { TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: api.url }
    const findings = await checkTelegram(readConfig(env))
    expect(JSON.stringify(findings)).not.toContain(TOKEN)
    return findings.map(({ about, verdict, text }) => `${about} ${verdict} ${text}`)
  }

  test('leaves Telegram be where no bot is set', async () => {
    expect(await checkTelegram(readConfig({}))).toMatchObject([{ verdict: 'off' }])
  })

  test('finds a bot that needs nothing more', async () => {
    expect(await found()).toEqual(['TELEGRAM_BOT_TOKEN ok doctor.telegram'])
  })

  test('says what is still to be told to BotFather', async () => {
    const more = { supports_inline_queries: false, can_read_all_group_messages: true }
    Object.assign(api.bot, more)
    expect(await found()).toEqual([
      'TELEGRAM_BOT_TOKEN ok doctor.telegram',
      'TELEGRAM_BOT_TOKEN warning doctor.telegramInline',
      'TELEGRAM_BOT_TOKEN warning doctor.telegramPrivacy',
    ])
  })

  test('finds a token that is refused, and a server that is not there', async () => {
    api.token = 'another'
    expect(await found()).toEqual(['TELEGRAM_BOT_TOKEN fault doctor.telegramRefused'])
    await close()
    expect(await found()).toEqual(['TELEGRAM_API_ROOT fault doctor.telegramAway'])
  })
})

describe('how updates come', () => {
  const NOW = Date.UTC(2026, 11, 1)
  const told = (webhook: Partial<Webhook>, asked = true, baseUrl = 'https://go.example.org') =>
    checkUpdates(
      { url: '', failedAt: 0, why: '', ...webhook },
      { apiRoot: null, webhook: asked },
      baseUrl,
      NOW,
    ).map(({ verdict, text }) => `${verdict} ${text}`)

  test.each<[string, Partial<Webhook>, string]>([
    ['called', { url: HOOK }, 'ok doctor.telegramWebhook'],
    ['not called yet', {}, 'warning doctor.telegramNoWebhook'],
    ['called elsewhere', { url: 'https://else.example/x' }, 'warning doctor.telegramNoWebhook'],
    [
      'called in vain lately',
      { url: HOOK, failedAt: NOW / 1_000 - 60, why: '502' },
      'fault doctor.telegramWebhookFault',
    ],
    [
      'called in vain long ago',
      { url: HOOK, failedAt: NOW / 1_000 - 90_000, why: '502' },
      'ok doctor.telegramWebhook',
    ],
  ])('says so of a webhook that is %s', (_name, webhook, expected) => {
    expect(told(webhook)).toEqual([expected])
  })

  test('cannot be by a webhook that is not encrypted', () => {
    expect(told({}, true, 'http://go.example.org')).toEqual(['fault doctor.telegramPlain'])
  })

  test('is told of a webhook that nobody asked for, and needs no word without one', () => {
    const other = { url: 'https://else.example/x' }
    expect(told(other, false)).toEqual(['warning doctor.telegramOtherWebhook'])
    expect(told({}, false)).toEqual([])
  })
})
