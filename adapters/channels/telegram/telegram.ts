import { type ConnectionRef, DEFAULT_CONNECTION } from '#core/address.ts'
import type { Outcome } from '#core/delivery.ts'
import { handleIn } from '#core/identity.ts'
import { renderTelegram } from '#core/message/telegram.ts'
import type { Channel } from '#ports/channel.ts'
import type { Logger } from '#ports/logger.ts'
import type { PeopleStore } from '#ports/store/people.ts'
import { telegramBuckets } from '../../telegram/buckets.ts'
import { endingWith, openTelegram, type TelegramConfig } from '../../telegram/client.ts'
import { TelegramError } from '../../telegram/errors.ts'
import { createRunningSends } from '../sms/running-sends.ts'
import { createSender, readMessageName } from './sender.ts'

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

/** Messages of a Telegram bot. What people do with them comes to the bot, not here. */
export async function createTelegramChannel(
  config: TelegramConfig,
  { people, logger }: TelegramDeps,
): Promise<Channel> {
  const { api, close } = await openTelegram(config)
  const buckets = telegramBuckets(CONNECTION)
  const sendOnce = createSender({ api, buckets, logger })
  const sends = createRunningSends(close)

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
      const named = readMessageName(providerIds)
      if (!named) return 'not-removed'
      const fault = await faultOf(api.deleteMessage(named.chat, named.message))
      if (fault === null) return 'removed'
      logger.debug({ err: fault }, 'a Telegram message was not removed')
      return 'not-removed'
    },
    async probe() {
      const fault = await faultOf(api.getMe(endingWith(AbortSignal.timeout(PROBE_MS))))
      return fault === null ? { up: true } : { up: false, detail: fault.message }
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

/** What came of a request that is not waited for otherwise; null: it was done. */
async function faultOf(request: Promise<unknown>): Promise<TelegramError | null> {
  try {
    await request
    return null
  } catch (error) {
    if (error instanceof TelegramError) return error
    throw error
  }
}
