import type { RenderedTelegram } from '#core/message/message.ts'
import type { SendContext, SendResult } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import type { TelegramBuckets } from '../../telegram/buckets.ts'
import { endingWith, type TelegramClient } from '../../telegram/client.ts'
import { TelegramError, TelegramRefusal } from '../../telegram/errors.ts'
import { classifyTelegram } from './classify.ts'
import { outgoing } from './outgoing.ts'

interface SenderDeps {
  readonly api: TelegramClient['api']
  readonly buckets: TelegramBuckets
  readonly logger: Logger
}

type Send = (rendered: RenderedTelegram, context: SendContext) => Promise<SendResult>

/** Sends one message, whatever comes of it. */
export function createSender({ api, buckets, logger }: SenderDeps): Send {
  async function sendTo(
    chat: string,
    rendered: RenderedTelegram,
    { deliveryId, signal }: SendContext,
  ): Promise<SendResult> {
    const { text, ...rest } = outgoing(rendered)
    const { message_id: message } = await api.sendMessage(
      Number(chat),
      text,
      rest,
      endingWith(signal),
    )
    const providerIds = [deliveryId, messageName(chat, message)]
    return { outcome: { kind: 'accepted' }, providerIds, reach: { chat } }
  }

  /** A group that became another one is followed once. */
  async function follow(rendered: RenderedTelegram, context: SendContext): Promise<SendResult> {
    try {
      return await sendTo(chatOf(context), rendered, context)
    } catch (error) {
      const moved = error instanceof TelegramRefusal ? error.parameters.migratedTo : null
      if (moved === null) throw error
      return sendTo(moved, rendered, context)
    }
  }

  return async (rendered, context) => {
    const { deliveryId: delivery, reach } = context
    try {
      return await follow(rendered, context)
    } catch (error) {
      if (!(error instanceof TelegramError)) throw error
      const outcome = classifyTelegram(error, {
        bucketAfter: (waitMs) => buckets.after(chatOf(context), waitMs),
        reached: reach !== null,
      })
      logger.debug({ err: error, delivery, outcome: outcome.kind }, 'a Telegram message failed')
      return { outcome, providerIds: [delivery] }
    }
  }
}

/** A user's private chat goes by the user's id. */
function chatOf({ reach, address }: SendContext): string {
  return reach?.chat ?? address.value
}

/** A message is named within its chat alone. */
function messageName(chat: string, message: number): string {
  return `${chat}:${message}`
}

/** The message that one of a send's provider ids names; undefined: they name none. */
export function readMessageName(
  providerIds: readonly string[],
): { readonly chat: number; readonly message: number } | undefined {
  for (const id of providerIds) {
    const [, chat, message] = /^(-?\d+):(\d+)$/.exec(id) ?? []
    if (chat !== undefined) return { chat: Number(chat), message: Number(message) }
  }
  return undefined
}
