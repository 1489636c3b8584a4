import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Address, ConnectionRef } from '#core/address.ts'
import type { Outcome } from '#core/delivery.ts'
import type { ConnectionId } from '#core/ids.ts'
import type { RenderedSms } from '#core/message/message.ts'
import { renderSms } from '#core/message/sms.ts'
import type { Channel, ChannelSink, ProbeResult, SendContext, SendResult } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import { segmentEstimate } from '../sms/segment-estimate.ts'
import { senderBucket } from '../sms/sender-bucket.ts'
import type { TlsTrust } from './connect.ts'
import { startDeadline } from './deadline.ts'
import { createInbox } from './inbox.ts'
import { createLedger, type Entry } from './ledger.ts'
import { type Backoff, createLine, NotBound } from './line.ts'
import { submitsOf } from './outgoing.ts'
import type { Timeouts } from './session.ts'
import { sourceOf } from './source.ts'
import { notSent, type PartOutcome, submitAll } from './submit.ts'
import { createWindow } from './window.ts'

export interface SmsSmppConfig {
  /** `smpp://user:password@host:port` or `smpps://…`; asked again for each session. */
  readonly url: () => string
  /** The sender number, short code or name; undefined: the SMSC's own. */
  readonly source: string | undefined
  /** Segments a second from the sender number; null: not limited here. */
  readonly ratePerSecond: number | null
  /** To read inbound numbers that are written without +. */
  readonly region: string | undefined
  readonly connection?: ConnectionId
  /** Submits that may wait for their answers at once; 10, which every SMSC allows. */
  readonly window?: number
  readonly tls?: TlsTrust
  readonly timeouts?: Partial<Timeouts>
  readonly backoff?: Partial<Backoff>
  /** A send takes no longer, with all that it waits for; 60 s, below the lease of 90. */
  readonly sendTimeoutMs?: number
  /** How long a part of a long inbound message waits for the next; 3 s. */
  readonly joinMs?: number
}

export interface SmsSmppDeps {
  readonly logger: Logger
}

const CONNECTION = 'smpp' as ConnectionId
const WINDOW = 10
/** Together 50 s. */
const TIMEOUTS: Timeouts = {
  connect: 10_000,
  bind: 10_000,
  response: 30_000,
  quiet: 30_000,
  enquire: 10_000,
}
const BACKOFF: Backoff = { firstMs: 500, longestMs: 60_000 }
const SEND_MS = 60_000
const JOIN_MS = 3_000
/** How long `stop` waits for sends that run. */
const STOP_MS = 5_000

/**
 * SMS over SMPP 3.4: one session, bound as transceiver, so one process holds it. Messages are known by their
 * delivery's id, and by what the SMSC calls each part.
 */
export function createSmsSmppChannel(config: SmsSmppConfig, deps: SmsSmppDeps): Channel {
  const { connection = CONNECTION, window: size = WINDOW } = config
  const { logger } = deps
  const ref: ConnectionRef = { channel: 'sms', connection }
  const source = sourceOf(config.source ?? '')
  const bucket = senderBucket(connection, source.addr, config.ratePerSecond)
  const window = createWindow(size)
  const ledger = createLedger()
  const running = new Set<Promise<unknown>>()
  let sink: ChannelSink | null = null
  let stopping = false
  let reference = randomInt(256)

  /** What `stop` waits for. */
  const watched = <T>(work: Promise<T>): Promise<T> => {
    running.add(work)
    return work.finally(() => running.delete(work))
  }

  const inbox = createInbox(
    { connection: ref, region: config.region, joinMs: config.joinMs ?? JOIN_MS },
    { ledger, logger, sink: () => sink },
  )
  const line = createLine(
    {
      url: config.url,
      timeouts: { ...TIMEOUTS, ...config.timeouts },
      backoff: { ...BACKOFF, ...config.backoff },
      tls: config.tls,
      onRequest: (pdu, session) => watched(inbox.take(pdu, session)),
    },
    { logger },
  )

  /** An answer that nobody waited for any more may still settle what was left unknown. */
  const tellLate = async (
    entry: Entry,
    providerId: string,
    outcome: PartOutcome,
  ): Promise<void> => {
    if (outcome.kind === 'taken') entry.took(outcome.messageId)
    const taken = outcome.kind === 'taken' && entry.isWhole()
    if (!taken && outcome.kind !== 'permanent') return
    const verdict = taken
      ? ({ state: 'accepted', reason: null, detail: null } as const)
      : ({ state: 'failed', ...reasonOf(outcome) } as const)
    await sink?.receipt({ connection: ref, providerId, verdict })
  }

  const deliver = async (message: RenderedSms, context: SendContext): Promise<SendResult> => {
    const { deliveryId, attempt } = context
    const { signal, clear } = startDeadline(context.signal, config.sendTimeoutMs ?? SEND_MS)
    reference = (reference + 1) & 0xff
    const submits = submitsOf(message, source, reference)
    const entry = ledger.open({ id: deliveryId, to: message.to, parts: submits.length })
    const onLate = (outcome: PartOutcome): void => {
      tellLate(entry, deliveryId, outcome).catch((error: unknown) =>
        logger.warn({ err: error, delivery: deliveryId }, 'a late answer was not stored'),
      )
    }
    const ids = new Set<string>([deliveryId])
    try {
      const outcome = await submitAll(
        { line, window, onLate },
        submits,
        { bucket: bucket.key, attempt, signal },
        (messageId) => {
          for (const id of entry.took(messageId)) ids.add(id)
        },
      )
      return { outcome, providerIds: [...ids] }
    } finally {
      clear()
      entry.close()
    }
  }

  return {
    name: 'sms',
    via: 'sms',
    caps: {
      idempotent: false,
      receipts: true,
      recall: false,
      placement: { single: 'worker' },
      shared: false,
      concurrency: size,
    },
    connections: [ref],
    hooks: [],
    routes: () => [connection],
    buckets: (_address, cost) => [bucket.taking(cost)],
    render: renderSms,
    estimate(rendered) {
      if (rendered.channel !== 'sms') throw new TypeError('not a text message')
      return segmentEstimate(rendered.segments)
    },
    async send(rendered, context): Promise<SendResult> {
      if (rendered.channel !== 'sms') throw new TypeError('not a text message')
      const { deliveryId } = context
      if (stopping)
        return { outcome: notSent('the channel was stopped'), providerIds: [deliveryId] }
      const { outcome, providerIds } = await watched(deliver(rendered, context))
      if (outcome.kind !== 'accepted')
        logger.debug({ delivery: deliveryId, outcome: outcome.kind }, 'text not sent')
      return { outcome, providerIds }
    },
    recall: async () => 'not-removed',
    async probe(): Promise<ProbeResult> {
      try {
        await line.probe()
        return { up: true }
      } catch (error) {
        if (!(error instanceof NotBound)) throw error
        return { up: false, detail: error.outcome.detail }
      }
    },
    resolve: async (handle: Address) => ({ kind: 'address', address: handle }),
    async start(taker) {
      sink = taker
      stopping = false
      line.open()
    },
    async stop() {
      stopping = true
      inbox.flush()
      await Promise.race([Promise.allSettled(running), sleep(STOP_MS, undefined, { ref: false })])
      await line.close()
      sink = null
    },
  }
}

function reasonOf(outcome: PartOutcome | Outcome) {
  return outcome.kind === 'permanent'
    ? { reason: outcome.reason, detail: outcome.detail }
    : { reason: null, detail: null }
}
