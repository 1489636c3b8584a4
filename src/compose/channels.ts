import type { TelegramConfig } from '#adapters/telegram/client.ts'
import { type MailIdentity, mailIdentity } from '#core/message/email.ts'
import type { RenderSettings } from '#core/message/render.ts'
import type { Keys } from '#engine/keys.ts'
import type { Channel } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import type { OutboxStore } from '#ports/store/connections.ts'
import type { PeopleStore } from '#ports/store/people.ts'
import type { Config, PlatformState } from '#src/config.ts'

export interface ChannelDeps {
  readonly outbox: OutboxStore
  readonly people: Pick<PeopleStore, 'byHandle'>
  readonly keys: Pick<Keys, 'hookSecret'>
  readonly logger: Logger
}

/** The channels that stand: real ones where there are credentials, else the outbox where it is active. */
export async function createChannels(
  config: Config,
  deps: ChannelDeps,
): Promise<readonly Channel[]> {
  const made = await Promise.all(config.platforms.map((platform) => make(platform, config, deps)))
  return made.filter((channel) => channel !== null)
}

/** Whom mail comes from; messages that are only kept show the same. */
export function mailIdentityOf({ email, baseUrl }: Config): MailIdentity {
  const from = email?.from ?? { name: null, address: `passalong@${new URL(baseUrl).hostname}` }
  return mailIdentity(from, (email?.dkim ?? null) !== null)
}

/** What every message is written by, kept or sent. */
export function renderSettingsOf(config: Config): RenderSettings {
  return { mail: mailIdentityOf(config), smsSegments: config.smsMaxSegments }
}

async function make(
  platform: PlatformState,
  config: Config,
  deps: ChannelDeps,
): Promise<Channel | null> {
  if (platform.configured && platform.built) return makeReal(platform, config, deps)
  if (!config.outbox) return null
  const { createOutboxChannel } = await import('#adapters/channels/outbox/outbox.ts')
  return createOutboxChannel(
    { name: platform.channel },
    { outbox: deps.outbox, settings: renderSettingsOf(config) },
  )
}

/** One line for each channel that is built. Its SDK is loaded here, and only when it is configured. */
async function makeReal(
  platform: PlatformState,
  config: Config,
  deps: ChannelDeps,
): Promise<Channel> {
  switch (platform.channel) {
    case 'email':
      return makeEmail(config, deps)
    case 'sms': {
      const { createSms } = await import('./sms.ts')
      return createSms(config, deps)
    }
    case 'wap-push':
      return makeWapPush(config, deps)
    case 'telegram':
      return makeTelegram(config, deps)
    default:
      throw new Error(`no channel is built for ${platform.channel}`)
  }
}

async function makeTelegram(config: Config, { people, logger }: ChannelDeps): Promise<Channel> {
  const { createTelegramChannel } = await import('#adapters/channels/telegram/telegram.ts')
  return createTelegramChannel(telegramClientOf(config), { people, logger })
}

/** By what the channel, the bot and the doctor ask Telegram, each on connections of its own. */
export function telegramClientOf({ telegram, secret }: Config): TelegramConfig {
  return {
    token: () => secret('TELEGRAM_BOT_TOKEN') ?? '',
    apiRoot: telegram?.apiRoot ?? undefined,
  }
}

async function makeWapPush(config: Config, deps: ChannelDeps): Promise<Channel> {
  const { wapPush, sms, baseUrl, secret } = config
  if (wapPush === null) throw new Error('WAP push is not configured')
  const [{ createWapPushChannel }, { callbackSecret }] = await Promise.all([
    import('#adapters/channels/wap-push/wap-push.ts'),
    import('./sms.ts'),
  ])
  return createWapPushChannel(
    {
      ppgUrl: wapPush.url,
      username: wapPush.username ?? '',
      password: () => secret('WAP_PPG_PASSWORD') ?? '',
      from: sms?.kannel?.from ?? null,
      ratePerSecond: sms?.ratePerSecond ?? null,
      callbackUrl: sms?.callbackUrl ?? baseUrl,
      callbackSecret: callbackSecret(config, deps),
    },
    { logger: deps.logger },
  )
}

async function makeEmail({ email, secret }: Config, { logger }: ChannelDeps): Promise<Channel> {
  if (email === null) throw new Error('email is not configured')
  const { createEmailChannel } = await import('#adapters/channels/email/email.ts')
  const privateKey = (): string => secret('DKIM_PRIVATE_KEY') ?? ''
  return createEmailChannel(
    {
      smtpUrl: () => secret('SMTP_URL') ?? '',
      from: email.from,
      dkim: email.dkim && { ...email.dkim, privateKey },
      returnPath: email.returnPath,
      callbackSecret: secret('MAIL_CALLBACK_SECRET'),
    },
    { logger },
  )
}
