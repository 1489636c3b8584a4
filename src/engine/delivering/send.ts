import type { ConnectionId } from '#core/ids.ts'
import type { Rendered } from '#core/message/message.ts'
import type { Channel, SendContext, SendResult } from '#ports/channel.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Previews } from '../previews.ts'
import { type Claimed, SEND_MARGIN_MS } from './before-send.ts'
import { inTime } from './in-time.ts'
import { type MessageDeps, writeMessage } from './write-message.ts'

/** For how long a claimed delivery may be worked on. */
export interface Hold {
  /** By the monotonic clock. */
  readonly leaseEnds: number
  /** Ends when the process must stop at once. */
  readonly signal: AbortSignal
}

/** What is to be sent, and by which connection. */
export interface Outgoing extends Claimed {
  readonly connection: ConnectionId
}

interface SendDeps extends MessageDeps {
  readonly previews: Previews
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Writes the message and hands it to the channel, with time left on the lease for settling. Never throws: what
 * could not be written was not sent, and what a channel throws leaves the outcome unknown.
 */
export async function send(
  deps: SendDeps,
  channel: Channel,
  outgoing: Outgoing,
  hold: Hold,
): Promise<SendResult> {
  const { id } = outgoing.delivery
  const prepared = await prepare(deps, channel, outgoing, hold).catch((error: unknown) => {
    deps.logger.error({ err: error, delivery: id }, 'a message could not be made')
    return null
  })
  if (!prepared) return notSent
  const { rendered, context, leftMs } = prepared
  try {
    return await inTime(leftMs, hold.signal, (signal) =>
      channel.send(rendered, { ...context, signal }),
    )
  } catch (error) {
    deps.logger.error({ err: error, delivery: id }, 'a channel threw; its outcome is unknown')
    return { outcome: { kind: 'unknown', detail: '' }, providerIds: [] }
  }
}

interface Prepared {
  readonly rendered: Rendered
  readonly context: Omit<SendContext, 'signal'>
  /** What the send may take. */
  readonly leftMs: number
}

/** All that goes before the first byte; null where the lease has all but run out meanwhile. */
async function prepare(
  deps: SendDeps,
  channel: Channel,
  { delivery, share, reach, firstContact, connection }: Outgoing,
  hold: Hold,
): Promise<Prepared | null> {
  const { address } = delivery
  if (!address) throw new Error('a blanked delivery is not sent')
  const tracked = share.tracking === 'full'
  const preview = await deps.previews.of(share.target)
  const parts = { share, delivery, address, firstContact, tracked, preview }
  const message = await writeMessage(deps, parts)
  const rendered = channel.render(message)
  const leftMs = Math.floor(hold.leaseEnds - deps.clock.monotonic()) - SEND_MARGIN_MS
  if (leftMs <= 0) return null
  const context = {
    deliveryId: delivery.id,
    address,
    connection,
    attempt: delivery.attempts + 1,
    idempotencyKey: delivery.id,
    reach,
    link: message.link,
  }
  return { rendered, context, leftMs }
}

/** Nothing left this process. */
const notSent: SendResult = {
  outcome: { kind: 'transient', reason: 'our_fault', detail: '' },
  providerIds: [],
}
