import { readFileSync } from 'node:fs'
import {
  createSmsHttpChannel,
  readGateway,
  type SmsHttpConfig,
} from '#adapters/channels/sms-http/sms-http.ts'
import type { RenderedSms } from '#core/message/message.ts'
import { smsSize } from '#core/message/segments.ts'
import type {
  Channel,
  ChannelSink,
  HookAnswer,
  HookRequest,
  Receipt,
  Reply,
} from '#ports/channel.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import type { ChannelHarness } from '../../../contracts/channel.ts'
import {
  type AndroidGateway,
  PASSWORD,
  startAndroidGateway,
} from '../../../services/android-gateway.ts'

export const CALLBACK = 'https://share.example.net'
export const SECRET = 'hook-secret_1'

/** An example as operators find it. */
export function example(name: string): string {
  return readFileSync(
    new URL(`../../../../docs/operating/sms-gateways/${name}.json`, import.meta.url),
    'utf8',
  )
}

export function openChannel(
  text: string,
  over: Partial<SmsHttpConfig> = {},
  logger = quiet,
): Promise<Channel> {
  const { region = 'CN' } = over
  return createSmsHttpChannel(
    {
      gateway: readGateway(text, region),
      secret: () => PASSWORD,
      ratePerSecond: 10,
      callbackUrl: CALLBACK,
      callbackSecret: SECRET,
      ...over,
      region,
    },
    { logger },
  )
}

export interface HttpHarness extends ChannelHarness {
  readonly phone: AndroidGateway
  /** What the channel logs in with from now on. */
  setSecret(secret: string): void
}

/** The channel by the Android example, on a server that behaves as the app does. */
export async function openAndroid(
  over: Partial<SmsHttpConfig> = {},
  change: (text: string) => string = (text) => text,
): Promise<HttpHarness> {
  const phone = await startAndroidGateway()
  let secret = PASSWORD
  const text = change(example('android-smsgate').replaceAll('http://192.168.1.20:8080', phone.url))
  const channel = await openChannel(text, { secret: () => secret, ...over })
  return {
    phone,
    channel,
    setSecret: (next) => {
      secret = next
    },
    arrived: async () =>
      phone.taken.map(({ phoneNumbers: [to = ''], textMessage }) =>
        renderedOf(to, textMessage.text),
      ),
    openConnections: async () => phone.openConnections(),
    close: () => phone.close(),
  }
}

export function renderedOf(to: string, text: string): RenderedSms {
  return { channel: 'sms', to, text, ...smsSize(text) }
}

export interface Kept {
  readonly receipts: Receipt[]
  readonly replies: Reply[]
}

export function keepingSink(): { readonly kept: Kept; readonly sink: ChannelSink } {
  const kept: Kept = { receipts: [], replies: [] }
  const sink: ChannelSink = {
    receipt: async (receipt) => void kept.receipts.push(receipt),
    reply: async (reply) => void kept.replies.push(reply),
    stop: async () => {},
    reach: async () => {},
  }
  return { kept, sink }
}

/** Calls a hook of the channel. */
export function callHook(
  { hooks }: Channel,
  path: 'receipt' | 'mo',
  call: Partial<Omit<HookRequest, 'body'>> & { readonly body?: string | Uint8Array },
  sink: ChannelSink,
): Promise<HookAnswer> {
  const hook = hooks.find((one) => one.path === `sms/http/${SECRET}/${path}`)!
  const { body = '', ...rest } = call
  const request: HookRequest = {
    method: hook.method,
    path: `/hooks/${hook.path}`,
    query: {},
    search: '',
    headers: {},
    ...rest,
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  }
  return hook.handle(request, sink)
}
