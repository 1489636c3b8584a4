import type { Address } from '#core/address.ts'
import { type Outcome, wholeMs } from '#core/delivery.ts'
import { deliveryId, NO_DELIVERY, newShareId, type RandomBytes, randomText } from '#core/ids.ts'
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
import { queueOf, routeOf } from '../routing.ts'
import { pause } from '../within.ts'

const SEND_MS = 60_000
/** Between the tries; after the last one it is given up, and whoever waits for the mail asks for another. */
const WAITS_MS = [2_000, 15_000, 60_000, 240_000] as const

/** A mail to be written: what it says besides where the service stands. */
export type MailRequest = Omit<SystemMail, 'id' | 'host'> & { readonly to: string }

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
  const { channels, randomBytes, baseUrl, logger } = deps
  return {
    active: channels.get('email') !== undefined,
    async send({ to, ...mail }, signal) {
      const channel = channels.get('email')
      if (!channel) return
      const id = randomText(20, randomBytes)
      const address: Address = { channel: 'email', value: to }
      const envelope = channel.render(envelopeOf(address, mail))
      if (envelope.channel !== 'email') return
      const { host } = new URL(baseUrl)
      const rendered = renderSystemMail(envelope, { ...mail, id, host })
      const went = await sendPatiently(deps, { channel, address, rendered, id, mail }, signal)
      if (!went) logger.warn({ kind: mail.kind }, 'a mail to an account was given up')
    },
  }
}

interface Outgoing {
  readonly channel: Channel
  readonly address: Address
  readonly rendered: RenderedEmail
  readonly id: string
  readonly mail: Omit<MailRequest, 'to'>
}

/** One that may have gone out is sent once more: two such mails do no harm, none does. */
async function sendPatiently(
  deps: MailDeps,
  outgoing: Outgoing,
  signal: AbortSignal,
): Promise<boolean> {
  for (const [attempt, waitMs] of [...WAITS_MS, null].entries()) {
    const outcome = await sendOnce(deps, outgoing, attempt, signal)
    if (outcome.kind === 'accepted' || outcome.kind === 'delivered') return true
    if (outcome.kind === 'permanent' || outcome.kind === 'needs-recipient') return false
    if (waitMs === null || signal.aborted) return false
    await pause(waitMs, signal)
  }
  return false
}

async function sendOnce(
  deps: MailDeps,
  { channel, address, rendered, id, mail }: Outgoing,
  attempt: number,
  signal: AbortSignal,
): Promise<Outcome> {
  const connection = routeOf(channel, queueOf(channel, address), address, deps.connections, attempt)
  if (connection === null) return NOT_SENT
  const taken = await takeUnits(deps.rates, channel.buckets(address, 1, connection))
  if (!taken.ok) return NOT_SENT
  const { outcome } = await inTime(SEND_MS, signal, (limited) =>
    channel.send(rendered, {
      // Of no share: the outbox keeps each mail by an id of its own.
      deliveryId: deliveryId(newShareId(deps.clock.now(), deps.randomBytes), 0),
      address,
      connection,
      attempt: attempt + 1,
      idempotencyKey: `account-${id}`,
      reach: null,
      link: mail.url,
      signal: limited,
    }),
  )
  if (outcome.kind === 'throttled') {
    await deps.rates.pause(outcome.bucket, wholeMs(outcome.retryAfterMs))
  }
  if (outcome.kind === 'down') {
    await deps.connections.pause({ channel: channel.name, connection }, outcome.detail)
  }
  return outcome
}

/** Nothing left this process. */
const NOT_SENT: Outcome = { kind: 'transient', reason: 'retrying', detail: '' }

/** What the channel writes its envelope by. */
function envelopeOf(address: Address, mail: Omit<MailRequest, 'to'>): Message {
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
