import type { Address, ConnectionRef } from '#core/address.ts'
import { cleanText } from '#core/text.ts'
import type { ChannelSink } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import { phoneAddress } from '../sms/inbound.ts'
import type { Pdu } from './codec.ts'
import { type Incoming, readDeliver } from './deliver.ts'
import { createJoiner } from './joiner.ts'
import type { Ledger } from './ledger.ts'
import { readReceipt } from './receipt.ts'
import { createSeen } from './seen.ts'
import { COME_AGAIN, OK, UNKNOWN_COMMAND } from './status.ts'

export interface InboxConfig {
  readonly connection: ConnectionRef
  /** To read numbers that are written without a country code. */
  readonly region: string | undefined
  /** How long a part of a long message waits for the next. */
  readonly joinMs: number
}

export interface InboxDeps {
  readonly ledger: Ledger
  readonly logger: Logger
  /** Null while nobody takes what comes in. */
  readonly sink: () => ChannelSink | null
}

/** What the SMSC brings: receipts and messages. */
export interface Inbox {
  /** Resolves to the command_status of the answer, only once what came is stored. */
  take(pdu: Pdu, session: object): Promise<number>
  /** Hands on the parts that wait for others. */
  flush(): void
}

const INTERNATIONAL = 1

export function createInbox(config: InboxConfig, deps: InboxDeps): Inbox {
  const { connection, region, joinMs } = config
  const { ledger, logger } = deps
  const seen = createSeen()
  const joiner = createJoiner<void>(joinMs)
  const log = { connection: connection.connection }

  async function takeReceipt(incoming: Incoming, sink: ChannelSink): Promise<void> {
    const receipt = readReceipt(incoming)
    if (!receipt) return logger.warn(log, 'a receipt names no message')
    const told = await ledger.look(receipt)
    if (told) await sink.receipt({ connection, ...told })
  }

  async function takeMessage(
    incoming: Incoming,
    sink: ChannelSink,
    session: object,
  ): Promise<void> {
    const from = addressOf(incoming.from, region)
    if (!from) return logger.info(log, 'a message came from what is no number')
    const hand = async (text: string): Promise<void> => {
      const whole = { from: from.value, to: incoming.to, text }
      const inboundId = seen.idOf(whole, session)
      await sink.reply({ connection, from, text: cleanText(text), inboundId })
      seen.acknowledged(whole, session)
    }
    const { partOf, text } = incoming
    await (partOf ? joiner.add(`${from.value} ${incoming.to}`, partOf, text, hand) : hand(text))
  }

  async function store(incoming: Incoming, session: object): Promise<number> {
    const sink = deps.sink()
    if (!sink) return COME_AGAIN
    if (incoming.kind === 'receipt') await takeReceipt(incoming, sink)
    else await takeMessage(incoming, sink, session)
    return OK
  }

  return {
    async take(pdu, session) {
      if (pdu.command !== 'deliver_sm' && pdu.command !== 'data_sm') return UNKNOWN_COMMAND
      try {
        return await store(readDeliver(pdu.fields), session)
      } catch (error) {
        logger.warn({ ...log, err: error }, 'what the SMSC brought was not stored; it comes again')
        return COME_AGAIN
      }
    },
    flush: () => joiner.flush(),
  }
}

/** Undefined for a name or a short code. Not every SMSC says by the type of number what it wrote. */
function addressOf(
  { ton, addr }: Incoming['from'],
  region: string | undefined,
): Address | undefined {
  const digits = addr.trim()
  if (!/^\+?\d{5,20}$/.test(digits)) return undefined
  return ton === INTERNATIONAL
    ? phoneAddress(`+${digits.replace(/^(\+|00)/, '')}`, undefined)
    : phoneAddress(digits, region)
}
