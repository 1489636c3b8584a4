import {
  createSmsTwilioChannel,
  type SmsTwilioConfig,
} from '#adapters/channels/sms-twilio/sms-twilio.ts'
import type { RenderedSms } from '#core/message/message.ts'
import { smsSize } from '#core/message/segments.ts'
import type { ChannelSink, HookAnswer } from '#ports/channel.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import type { ChannelHarness } from '../../../contracts/channel.ts'
import {
  ACCOUNT,
  signedCall,
  startTwilioApi,
  TOKEN,
  type TwilioApi,
} from '../../../services/twilio-api.ts'

export const CALLBACK = 'https://share.example.net'
export const SECRET = 'hook-secret_1'
export const FROM = '+15005550006'

export interface TwilioHarness extends ChannelHarness {
  readonly api: TwilioApi
  /** What the channel logs in with from now on. */
  setToken(token: string): void
  /** Calls a hook of the channel as Twilio does, with a true signature unless one is given. */
  call(
    path: 'status' | 'mo',
    parameters: Readonly<Record<string, string>>,
    sink: ChannelSink,
    over?: { readonly query?: Readonly<Record<string, string>>; readonly signature?: string },
  ): Promise<HookAnswer>
}

/** The channel with Twilio's own SDK, on a server that answers as Twilio's API does. */
export async function openTwilio(over: Partial<SmsTwilioConfig> = {}): Promise<TwilioHarness> {
  const api = await startTwilioApi()
  let token = TOKEN
  const channel = await createSmsTwilioChannel(
    {
      accountSid: ACCOUNT,
      authToken: () => token,
      from: FROM,
      apiUrl: `${api.url}/`,
      ratePerSecond: 10,
      callbackUrl: CALLBACK,
      callbackSecret: SECRET,
      region: undefined,
      ...over,
    },
    { logger: quiet },
  )
  return {
    api,
    channel,
    setToken: (next) => {
      token = next
    },
    arrived: async () => api.taken.map(({ To = '', Body = '' }) => renderedOf(To, Body)),
    openConnections: async () => api.openConnections(),
    close: () => api.close(),
    async call(path, parameters, sink, { query = {}, signature } = {}) {
      const hook = channel.hooks.find((one) => one.path === `sms/twilio/${SECRET}/${path}`)!
      const search = new URLSearchParams(query).toString()
      const url = `${CALLBACK}/hooks/${hook.path}${search && `?${search}`}`
      const { headers, body } = signedCall(url, parameters)
      return hook.handle(
        {
          method: 'POST',
          path: `/hooks/${hook.path}`,
          query,
          search: search && `?${search}`,
          headers: {
            ...headers,
            ...(signature === undefined ? {} : { 'x-twilio-signature': signature }),
          },
          body: new TextEncoder().encode(body),
        },
        sink,
      )
    },
  }
}

export function renderedOf(to: string, text: string): RenderedSms {
  return { channel: 'sms', to, text, ...smsSize(text) }
}
