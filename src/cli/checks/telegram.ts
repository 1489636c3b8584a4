import { openTelegram, type TelegramClient } from '#adapters/telegram/client.ts'
import { TelegramError, TelegramRefusal } from '#adapters/telegram/errors.ts'
import { telegramClientOf } from '../../compose/channels.ts'
import type { Config, TelegramConfig } from '../../config.ts'
import { type Finding, finding } from './check.ts'

const ANSWER_MS = 15_000
/** What went wrong with the webhook longer ago than this has been mended since. */
const RECENT_S = 3_600

/** Whether the bot may be used, what it may do, and how updates come to us. */
export async function checkTelegram(config: Config): Promise<readonly Finding[]> {
  const { telegram } = config
  if (telegram === null) return [finding('TELEGRAM_BOT_TOKEN', 'off', 'doctor.noTelegram')]
  const client = await openTelegram({ ...telegramClientOf(config), timeoutMs: ANSWER_MS })
  try {
    return await checkBot(client, telegram, config.baseUrl)
  } catch (error) {
    if (!(error instanceof TelegramError)) throw error
    return [refusedFinding(error, telegram)]
  } finally {
    await client.close()
  }
}

async function checkBot(
  { api }: TelegramClient,
  telegram: TelegramConfig,
  baseUrl: string,
): Promise<readonly Finding[]> {
  const me = await api.getMe()
  const {
    url = '',
    last_error_date: failedAt = 0,
    last_error_message: why = '',
  } = await api.getWebhookInfo()
  return [
    finding('TELEGRAM_BOT_TOKEN', 'ok', 'doctor.telegram', { bot: me.username }),
    ...(me.supports_inline_queries
      ? []
      : [finding('TELEGRAM_BOT_TOKEN', 'warning', 'doctor.telegramInline', { bot: me.username })]),
    ...(me.can_read_all_group_messages
      ? [finding('TELEGRAM_BOT_TOKEN', 'warning', 'doctor.telegramPrivacy', { bot: me.username })]
      : []),
    ...checkUpdates({ url, failedAt, why }, telegram, baseUrl, Date.now()),
  ]
}

/** What Telegram says of the webhook. */
export interface Webhook {
  /** Empty: none is set. */
  readonly url: string
  /** In s since the epoch; 0: never. */
  readonly failedAt: number
  readonly why: string
}

/** How updates come, at `now`. */
export function checkUpdates(
  { url, failedAt, why }: Webhook,
  { webhook }: TelegramConfig,
  baseUrl: string,
  now: number,
): readonly Finding[] {
  const about = 'TELEGRAM_WEBHOOK_SECRET'
  if (!webhook) {
    return url === '' ? [] : [finding(about, 'warning', 'doctor.telegramOtherWebhook', { url })]
  }
  const wanted = `${baseUrl}/hooks/telegram`
  if (!wanted.startsWith('https:'))
    return [finding(about, 'fault', 'doctor.telegramPlain', { url: wanted })]
  if (url !== wanted)
    return [finding(about, 'warning', 'doctor.telegramNoWebhook', { url: wanted })]
  return now / 1_000 - failedAt < RECENT_S
    ? [finding(about, 'fault', 'doctor.telegramWebhookFault', { url, why })]
    : [finding(about, 'ok', 'doctor.telegramWebhook', { url })]
}

function refusedFinding(error: TelegramError, { apiRoot }: TelegramConfig): Finding {
  if (error instanceof TelegramRefusal) {
    const why = error.description
    return finding('TELEGRAM_BOT_TOKEN', 'fault', 'doctor.telegramRefused', { why })
  }
  return finding('TELEGRAM_API_ROOT', 'fault', 'doctor.telegramAway', {
    why: error.message,
    place: apiRoot ?? 'https://api.telegram.org',
  })
}
