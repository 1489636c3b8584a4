import { readFile } from 'node:fs/promises'
import type { Gateway } from '#adapters/channels/sms/sms.ts'
import type { Channel } from '#ports/channel.ts'
import type { Config, SmsConfig, SmsGateway } from '#src/config.ts'
import type { ChannelDeps } from './channels.ts'

/** What every gateway is told. */
interface Common {
  /** Segments a second from a sender number; null: not limited here. */
  readonly ratePerSecond: number | null
  /** An origin without a slash at its end. */
  readonly callbackUrl: string
  readonly callbackSecret: string
  readonly region: string | undefined
}

/** The gateways that have credentials, as one channel. Each one's SDK is loaded only then. */
export async function createSms(config: Config, deps: ChannelDeps): Promise<Channel> {
  const { sms } = config
  if (sms === null) throw new Error('no SMS gateway is configured')
  const common: Common = {
    ratePerSecond: sms.ratePerSecond,
    callbackUrl: sms.callbackUrl,
    callbackSecret: callbackSecret(config, deps),
    region: config.defaultRegion ?? undefined,
  }
  const [first, ...others] = await Promise.all(
    sms.gateways.map(async (name) => ({
      name,
      ...(await makeGateway(name, sms, config, common, deps)),
    })),
  )
  if (!first) throw new Error('no SMS gateway is configured')
  const { createSmsChannel } = await import('#adapters/channels/sms/sms.ts')
  return createSmsChannel({ routes: sms.routes, maxSegments: config.smsMaxSegments }, [
    first,
    ...others,
  ])
}

/** WAP pushes come back by the same secret as texts. */
export function callbackSecret({ secret }: Config, { keys }: ChannelDeps): string {
  return secret('SMS_CALLBACK_SECRET') ?? keys.hookSecret('sms')
}

async function makeGateway(
  name: SmsGateway,
  sms: SmsConfig,
  { secret }: Config,
  common: Common,
  { logger }: ChannelDeps,
): Promise<Omit<Gateway, 'name'>> {
  switch (name) {
    case 'kannel': {
      const { createSmsKannelChannel } = await import('#adapters/channels/sms-kannel/sms-kannel.ts')
      const { sendUrl, username, from } = set(sms.kannel)
      const password = (): string => secret('KANNEL_PASSWORD') ?? ''
      const channel = createSmsKannelChannel(
        { ...common, sendsmsUrl: sendUrl, username, from, password },
        { logger },
      )
      return { channel }
    }
    case 'smpp': {
      const { createSmsSmppChannel } = await import('#adapters/channels/sms-smpp/sms-smpp.ts')
      const source = set(sms.smpp).source ?? undefined
      const channel = createSmsSmppChannel(
        { ...common, source, url: () => secret('SMPP_URL') ?? '' },
        { logger },
      )
      return { channel }
    }
    case 'twilio': {
      const { createSmsTwilioChannel } = await import('#adapters/channels/sms-twilio/sms-twilio.ts')
      const { accountSid, from, apiUrl } = set(sms.twilio)
      const authToken = (): string => secret('TWILIO_AUTH_TOKEN') ?? ''
      const channel = await createSmsTwilioChannel(
        { ...common, accountSid, from, authToken, apiUrl: apiUrl ?? undefined },
        { logger },
      )
      return { channel }
    }
    case 'http': {
      const { createSmsHttpChannel, readGateway } = await import(
        '#adapters/channels/sms-http/sms-http.ts'
      )
      const gateway = readGateway(await readFile(set(sms.http).file, 'utf8'), common.region)
      const channel = await createSmsHttpChannel(
        { ...common, gateway, secret: () => secret('SMS_HTTP_SECRET') ?? '' },
        { logger },
      )
      return { channel, signature: gateway.signature }
    }
    default:
      return name satisfies never
  }
}

function set<T>(settings: T | null): T {
  if (settings === null) throw new Error('a gateway without settings')
  return settings
}
