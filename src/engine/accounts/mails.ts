import type { Address } from '#core/address.ts'
import type { Outcome } from '#core/delivery.ts'
import {
  type ConnectionId,
  type DeliveryId,
  deliveryId,
  NO_DELIVERY,
  newShareId,
  type RandomBytes,
} from '#core/ids.ts'
import type { Message, RenderedEmail } from '#core/message/message.ts'
import { renderSystemMail, type SystemMail } from '#core/message/system-mail.ts'
import type { Channel } from '#ports/channel.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Rates } from '#ports/rates.ts'
import type { Channels } from '../channels.ts'
import type { Connections } from '../connections.ts'
import { inTime } from '../delivering/in-time.ts'
import { takeUnits } from '../delivering/take-units.ts'
import { senderOf } from '../delivering/write-message.ts'
import { learn } from '../learn.ts'
import { queueOf, routeOf } from '../routing.ts'
import { pause } from '../within.ts'

const SEND_MS = 60_000
/** Between the tries; after the last one it is given up, and whoever waits for the mail asks for another. */
const WAITS_MS = [2_000, 15_000, 60_000, 240_000] as const

/** A mail to be written: what it says besides where the service stands. */
export type MailRequest = MailWords & { readonly to: string }

/** Of each kind. */
type MailWords = SystemMail extends infer M
  ? M extends SystemMail
    ? Omit<M, 'id' | 'host'>
    : never
  : never

/** Sends what accounts ask for themselves. No stop holds it back: it is no message of a sender. */
export interface Mails {
  /** There is a way to send mail, or the outbox stands in for one. */
  readonly active: boolean
  /** Resolves when it went out or was given up. Never throws for what the provider does. */
  send(mail: MailRequest, signal: AbortSignal): Promise<void>
}

export interface MailDeps {
  readonly channels: Channels
  readonly connections: Pick<Connections, 'isDown' | 'pause'>
  /** Of sends. */
  readonly rates: Rates
  readonly clock: Clock
  readonly logger: Logger
  readonly randomBytes: RandomBytes
  /** Origin of pages, without a trailing slash. */
  readonly baseUrl: string
}

export function createMails(deps: MailDeps): Mails {
  const { channels, logger } = deps
  return {
    active: channels.get('email') !== undefined,
    async send(request, signal) {
      const channel = channels.get('email')
      const outgoing = channel && write(deps, channel, request)
      if (!outgoing) return
      if (await sendPatiently(deps, outgoing, signal)) return
      logger.warn({ kind: request.kind }, 'a mail to an account was given up')
    },
  }
}

interface Outgoing {
  readonly channel: Channel
  readonly address: Address
  readonly rendered: RenderedEmail
  /** Of no share: what the outbox keeps the mail by. */
  readonly id: DeliveryId
  /** Where it leads. */
  readonly link: string
}

function write(deps: MailDeps, channel: Channel, { to, ...mail }: MailRequest): Outgoing | null {
  const id = deliveryId(newShareId(deps.clock.now(), deps.randomBytes), 0)
  const address: Address = { channel: 'email', value: to }
  const envelope = channel.render(envelopeOf(address, mail))
  if (envelope.channel !== 'email') return null
  const { host } = new URL(deps.baseUrl)
  const rendered = renderSystemMail(envelope, { ...mail, id, host })
  return { channel, address, rendered, id, link: mail.url }
}

/** False: it did not go out. One that may have gone is sent again: two such mails do no harm, none does. */
async function sendPatiently(
  deps: MailDeps,
  outgoing: Outgoing,
  signal: AbortSignal,
): Promise<boolean> {
  for (const [attempt, waitMs] of [...WAITS_MS, null].entries()) {
    const { kind } = await sendOnce(deps, outgoing, attempt, signal)
    if (kind === 'accepted' || kind === 'delivered') return true
    if (kind === 'permanent' || kind === 'needs-recipient') return false
    if (waitMs !== null) await pause(waitMs, signal)
    if (signal.aborted) return false
  }
  return false
}

async function sendOnce(
  deps: MailDeps,
  outgoing: Outgoing,
  attempt: number,
  signal: AbortSignal,
): Promise<Outcome> {
  const { channel, address } = outgoing
  const queue = queueOf(channel, address)
  const connection = routeOf(channel, queue, address, deps.connections, attempt)
  if (connection === null) return NOT_SENT
  const taken = await takeUnits(deps.rates, channel.buckets(address, 1, connection))
  if (!taken.ok) return NOT_SENT
  const outcome = await handOver(deps, outgoing, { attempt, connection }, signal)
  await learn(deps, { channel: channel.name, connection }, outcome)
  return outcome
}

async function handOver(
  { logger }: MailDeps,
  { channel, address, rendered, id, link }: Outgoing,
  { attempt, connection }: { readonly attempt: number; readonly connection: ConnectionId },
  signal: AbortSignal,
): Promise<Outcome> {
  const context = {
    ...{ deliveryId: id, address, connection, link, reach: null },
    attempt: attempt + 1,
    idempotencyKey: id,
  }
  try {
    const send = (limited: AbortSignal) => channel.send(rendered, { ...context, signal: limited })
    return (await inTime(SEND_MS, signal, send)).outcome
  } catch (error) {
    logger.error({ err: error }, 'a channel threw; its outcome is unknown')
    return { kind: 'unknown', detail: '' }
  }
}

/** Nothing left this process. */
const NOT_SENT: Outcome = { kind: 'transient', reason: 'retrying', detail: '' }

/** What the channel writes its envelope by. */
function envelopeOf(address: Address, mail: Pick<MailRequest, 'locale' | 'url'>): Message {
  const { locale, url } = mail
  return {
    deliveryId: NO_DELIVERY,
    tag: '',
    locale,
    address,
    recipientName: null,
    sender: senderOf(null),
    target: { kind: 'page', url, title: '' },
    preview: null,
    note: '',
    link: url,
    stop: { url, oneClick: false, firstContact: false },
    tracked: false,
  }
}
