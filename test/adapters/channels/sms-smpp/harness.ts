import { createSmsSmppChannel, type SmsSmppConfig } from '#adapters/channels/sms-smpp/sms-smpp.ts'
import type { Message, RenderedSms } from '#core/message/message.ts'
import type { ChannelSink, Receipt, Reply, SendContext, SendResult } from '#ports/channel.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { type ChannelHarness, contextOf } from '../../../contracts/channel.ts'
import { messageOn } from '../../../core/message/sample.ts'
import {
  SMSC_PASSWORD,
  type Smsc,
  type Submitted,
  SYSTEM_ID,
  startSmsc,
} from '../../../services/smsc.ts'

export interface SmppHarness extends ChannelHarness {
  readonly smsc: Smsc
  /** What the channel binds with from now on. */
  setPassword(password: string): void
}

/** The SMPP channel with a real SMSC, which asks for a password. */
export async function openSmpp(over: Partial<SmsSmppConfig> = {}): Promise<SmppHarness> {
  const smsc = await startSmsc()
  let password = SMSC_PASSWORD
  const channel = createSmsSmppChannel(
    {
      url: () => `smpp://${SYSTEM_ID}:${encodeURIComponent(password)}@127.0.0.1:${smsc.port}`,
      source: '10690',
      ratePerSecond: 50,
      region: 'CN',
      backoff: { firstMs: 50, longestMs: 1_000 },
      ...over,
    },
    { logger: quiet },
  )
  return {
    smsc,
    channel,
    setPassword(next) {
      password = next
    },
    async arrived() {
      await smsc.caughtUp()
      return messagesOf(smsc.submits)
    },
    openConnections: async () => smsc.open,
    close: () => smsc.close(),
  }
}

/** The messages whose parts arrived whole, as a handset puts them together. */
export function messagesOf(submits: readonly Submitted[]): readonly RenderedSms[] {
  const messages: RenderedSms[] = []
  const open = new Map<string, Map<number, string>>()
  for (const { destination_addr: to, data_coding, header, text } of submits) {
    const [reference = 0, total = 1, part = 1] = Buffer.from(header.slice(6), 'hex')
    const key = `${to} ${reference} ${total}`
    const parts = (open.get(key) ?? new Map<number, string>()).set(part, text)
    open.set(key, parts)
    if (parts.size < total) continue
    open.delete(key)
    messages.push({
      channel: 'sms',
      to: `+${to}`,
      text: Array.from({ length: total }, (_, at) => parts.get(at + 1)).join(''),
      encoding: data_coding === 8 ? 'ucs2' : 'gsm7',
      segments: total,
    })
  }
  return messages
}

/** Sends one message; `n` tells its delivery from others'. By its end the SMSC has told all that it did. */
export async function sendText(
  { channel, smsc }: Pick<SmppHarness, 'channel' | 'smsc'>,
  { n = 0, ...over }: Partial<Message> & { readonly n?: number } = {},
  context: Partial<SendContext> = {},
): Promise<SendResult> {
  const message = messageOn('sms', { deliveryId: deliveryId(n), ...over })
  const result = await channel.send(channel.render(message), contextOf(message, context))
  await smsc.caughtUp()
  return result
}

export function deliveryId(n: number): Message['deliveryId'] {
  return `0Q1abcdXXXXXXXX-${n}` as Message['deliveryId']
}

/** What comes back, kept; `refuse` makes it fail so often. */
export interface KeepingSink extends ChannelSink {
  readonly receipts: Receipt[]
  readonly replies: Reply[]
  refuse(times: number): void
}

export function keepingSink(): KeepingSink {
  const receipts: Receipt[] = []
  const replies: Reply[] = []
  let refusals = 0
  const store = async <T>(list: T[], one: T): Promise<void> => {
    if (refusals-- > 0) throw new Error('the store is away')
    list.push(one)
  }
  return {
    receipts,
    replies,
    refuse(times) {
      refusals = times
    },
    receipt: (receipt) => store(receipts, receipt),
    reply: (reply) => store(replies, reply),
    async stop() {},
    async reach() {},
  }
}
