import {
  createSmsKannelChannel,
  type SmsKannelConfig,
} from '#adapters/channels/sms-kannel/sms-kannel.ts'
import type { RenderedSms } from '#core/message/message.ts'
import { type HookServer, type RecordingSink, recordingSink } from '#test/fixtures/hook-server.ts'
import type { KannelWorld } from '#test/fixtures/kannel-world.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import type { ChannelHarness } from '../../../contracts/channel.ts'
import type { Kannel } from '../../../services/kannel.ts'
import type { Submitted } from '../../../services/smpp-smsc.ts'

export interface SmsKannelHarness extends ChannelHarness {
  readonly world: KannelWorld
  /** What came back, where `start` gave the channel no other sink. */
  readonly sink: RecordingSink
  /** What the channel logs in with from now on. */
  setPassword(password: string): void
}

export const CALLBACK_SECRET = 'cb5secret'

/** The channel's settings for a Kannel that calls back at the hooks. */
export function configFor(kannel: Kannel, hooks: Pick<HookServer, 'url'>): SmsKannelConfig {
  return {
    sendsmsUrl: kannel.sendsmsUrl,
    username: kannel.username,
    password: () => kannel.password,
    from: kannel.sender,
    ratePerSecond: 50,
    callbackUrl: hooks.url,
    callbackSecret: CALLBACK_SECRET,
    region: undefined,
    timeouts: { requestMs: 4_000 },
  }
}

/** The channel in front of a Kannel, which calls it back by the web's hooks. */
export function openSmsKannel(
  world: KannelWorld,
  over: Partial<SmsKannelConfig> = {},
): SmsKannelHarness {
  const { kannel, network, hooks } = world
  let { password } = kannel
  const channel = createSmsKannelChannel(
    { ...configFor(kannel, hooks), password: () => password, ...over },
    { logger: quiet },
  )
  const before = network.arrived().length
  const sink = recordingSink()
  hooks.serve(channel.hooks, sink)
  return {
    world,
    sink,
    channel: {
      ...channel,
      async start(given) {
        hooks.serve(channel.hooks, given)
        await channel.start(given)
      },
    },
    setPassword(next) {
      password = next
    },
    async arrived() {
      await world.settled()
      const since = network.arrived().slice(before)
      return reassembled(since.filter(({ to }) => to.startsWith('86')))
    },
    openConnections: async () => kannel.openConnections().sendsms,
    close: () => world.heal(),
  }
}

/** Segments put together by their concatenation headers, as a phone does it (3GPP TS 23.040, 9.2.3.24.1). */
function reassembled(segments: readonly Submitted[]): RenderedSms[] {
  const messages = new Map<string, Submitted[]>()
  for (const [n, segment] of segments.entries()) {
    const { udh, to } = segment
    const key = udh?.[0] === 0 ? `${to}/${udh[2]}/${udh[3]}` : `${n}`
    messages.set(key, [...(messages.get(key) ?? []), segment])
  }
  return [...messages.values()].map((parts) => {
    const ordered = parts.toSorted((a, b) => (a.udh?.[4] ?? 0) - (b.udh?.[4] ?? 0))
    return {
      channel: 'sms',
      to: `+${ordered[0]?.to}`,
      text: ordered.map(({ text }) => text).join(''),
      encoding: ordered[0]?.dataCoding === 8 ? 'ucs2' : 'gsm7',
      segments: ordered.length,
    }
  })
}
