import { type Address, type ConnectionRef, DEFAULT_CONNECTION } from '#core/address.ts'
import type { Outcome } from '#core/delivery.ts'
import { handleIn } from '#core/identity.ts'
import type { RenderedTelegram } from '#core/message/message.ts'
import { renderTelegram } from '#core/message/telegram.ts'
import type { Channel, ProbeResult, SendContext, SendResult } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import type { PeopleStore } from '#ports/store/people.ts'
import { telegramBuckets } from '../../telegram/buckets.ts'
import { endingWith, openTelegram, type TelegramConfig } from '../../telegram/client.ts'
import { TelegramError, TelegramRefusal } from '../../telegram/errors.ts'
import { createRunningSends } from '../sms/running-sends.ts'
import { classifyTelegram } from './classify.ts'
import { outgoing } from './outgoing.ts'

export type TelegramChannelConfig = TelegramConfig

export interface TelegramDeps {
  /** Whom the bot has met: it cannot write to a handle. */
  readonly people: Pick<PeopleStore, 'byHandle'>
  readonly logger: Logger
}

const CONNECTION: ConnectionRef = { channel: 'telegram', connection: DEFAULT_CONNECTION }
const CONCURRENCY = 16
const PROBE_MS = 15_000
const NOT_BEGUN: Outcome = { kind: 'transient', reason: 'retrying', detail: '' }
const NEVER_STARTED: Outcome = { kind: 'needs-recipient', detail: '' }
const MESSAGE_ID = /^(-?\d+):(\d+)$/

/** Messages of a Telegram bot. What people do with them comes to the bot, not here. */
export async function createTelegramChannel(
  config: TelegramChannelConfig,
  { people, logger }: TelegramDeps,
): Promise<Channel> {
  const { api, close } = await openTelegram(config)
  const buckets = telegramBuckets(CONNECTION)
  const sends = createRunningSends(close)

  async function deliver(
    rendered: RenderedTelegram,
    chat: string,
    { deliveryId, signal }: SendContext,
  ): Promise<SendResult> {
    const { text, ...rest } = outgoing(rendered)
    const { message_id: message } = await api.sendMessage(
      Number(chat),
      text,
      rest,
      endingWith(signal),
    )
    const providerIds = [deliveryId, `${chat}:${message}`]
    return { outcome: { kind: 'accepted' }, providerIds, reach: { chat } }
  }

  /** A group that became another one is followed once. */
  async function deliverOrFollow(
    rendered: RenderedTelegram,
    context: SendContext,
  ): Promise<SendResult> {
    try {
      return await deliver(rendered, chatOf(context), context)
    } catch (error) {
      const moved = error instanceof TelegramRefusal ? error.parameters.migratedTo : null
      if (moved === null) throw error
      return deliver(rendered, moved, context)
    }
  }

  async function sendOnce(rendered: RenderedTelegram, context: SendContext): Promise<SendResult> {
    const { deliveryId: delivery, reach } = context
    try {
      return await deliverOrFollow(rendered, context)
    } catch (error) {
      if (!(error instanceof TelegramError)) throw error
      const chat = chatOf(context)
      const outcome = classifyTelegram(error, {
        bucketAfter: (waitMs) => buckets.after(chat, waitMs),
        reached: reach !== null,
      })
      logger.debug({ err: error, delivery, outcome: outcome.kind }, 'a Telegram message failed')
      return { outcome, providerIds: [delivery] }
    }
  }

  return {
    name: 'telegram',
    via: 'telegram',
    caps: {
      idempotent: false,
      receipts: false,
      recall: true,
      placement: 'any',
      shared: false,
      concurrency: CONCURRENCY,
    },
    connections: [CONNECTION],
    routes: () => [DEFAULT_CONNECTION],
    buckets: ({ value }, cost) => buckets.of(value, cost),
    render: renderTelegram,
    estimate: () => ({ cost: 1 }),
    async send(rendered, context) {
      if (rendered.channel !== 'telegram') throw new TypeError('not a Telegram message')
      const nothing = { providerIds: [context.deliveryId] }
      // A name that Telegram knows is a group's or another bot's, never a person's.
      if (handleIn(context.address)) return { outcome: NEVER_STARTED, ...nothing }
      if (sends.stopped || context.signal.aborted) return { outcome: NOT_BEGUN, ...nothing }
      return sends.run(() => sendOnce(rendered, context))
    },
    async recall(providerIds) {
      const [, chat, message] = providerIds.map((id) => MESSAGE_ID.exec(id)).find(Boolean) ?? []
      if (chat === undefined) return 'not-removed'
      try {
        await api.deleteMessage(Number(chat), Number(message))
        return 'removed'
      } catch (error) {
        if (!(error instanceof TelegramError)) throw error
        logger.debug({ err: error }, 'a Telegram message was not removed')
        return 'not-removed'
      }
    },
    async probe(): Promise<ProbeResult> {
      try {
        await api.getMe(endingWith(AbortSignal.timeout(PROBE_MS)))
        return { up: true }
      } catch (error) {
        if (!(error instanceof TelegramError)) throw error
        return { up: false, detail: error.message }
      }
    },
    async resolve(handle) {
      const named = handleIn(handle)
      if (!named) return { kind: 'address', address: handle }
      const known = await people.byHandle(named, named.handle)
      if (!known) return { kind: 'later' }
      return { kind: 'address', address: { channel: 'telegram', value: known.id } }
    },
    start: () => sends.start(),
    stop: () => sends.stop(),
    hooks: [],
  }
}

/** A user's private chat goes by the user's id. */
function chatOf({ reach, address }: { reach: SendContext['reach']; address: Address }): string {
  return reach?.chat ?? address.value
}
