import type { Conversation } from '#conversation/conversation.ts'
import { createInTurn } from '#conversation/in-turn.ts'
import { DEFAULT_CONNECTION } from '#core/address.ts'
import type { Engine } from '#engine/engine.ts'
import { ended, pause } from '#engine/within.ts'
import type { Bot, Turn } from '#ports/bot.ts'
import type { BotPlatform } from '#ports/bot-platform.ts'
import type { Hook } from '#ports/channel.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { createAcquaintance } from './acquaintance.ts'
import { createCallbacks } from './callbacks.ts'
import { type TelegramClient, type TelegramFault, tokenRefused } from './client.ts'
import { createConsentButtons } from './consent.ts'
import { createUpdateHandling } from './handle-update.ts'
import { createInlineMode } from './inline/inline-mode.ts'
import type { TelegramPace } from './pace.ts'
import { createTelegramPlatform } from './platform.ts'
import { keepProfile } from './profile.ts'
import { pollUpdates } from './receiving/polling.ts'
import { createSurely } from './receiving/surely.ts'
import { chooseWay } from './receiving/way.ts'
import { createWebhook, type WebhookConfig } from './receiving/webhook.ts'
import { createKnowledge } from './self.ts'

export interface TelegramBotConfig {
  /** Null: Telegram is asked for updates. */
  readonly webhook: WebhookConfig | null
  /** The first wait after something failed, in ms; 1,000. Of an update, a tenth of it. */
  readonly firstWaitMs?: number | undefined
}

export interface TelegramBotDeps {
  readonly client: TelegramClient
  readonly engine: Engine
  readonly conversation: Conversation
  readonly pace: TelegramPace
  readonly clock: Clock
  readonly logger: Logger
}

export interface TelegramBot extends Bot {
  readonly platform: BotPlatform
  /** What Telegram brings updates to; null: it is asked for them. */
  readonly hook: Hook | null
  stop(): void
}

/** After another process asked for the same bot. */
const STEP_DOWN_MS = 3_000
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000

export function createTelegramBot(config: TelegramBotConfig, deps: TelegramBotDeps): TelegramBot {
  const { webhook, firstWaitMs = FIRST_WAIT_MS } = config
  const { client, engine, conversation, pace, clock, logger } = deps
  const { api, faultOf } = client
  const running = new AbortController()
  const self = createKnowledge(client, { running: running.signal, logger })
  const { platform, yielding } = createTelegramPlatform({ client, self, pace, logger })
  const surely = createSurely({
    handle: createUpdateHandling({
      conversation,
      platform,
      acquaintance: createAcquaintance(engine),
      callbacks: createCallbacks(client, logger),
      inline: createInlineMode({ engine, client, logger }),
      consent: createConsentButtons(engine.consent, api),
      clock,
    }),
    ready: () => engine.health.ready(),
    logger,
    firstWaitMs: firstWaitMs / 10,
  })

  conversation.tell(yielding, running.signal)

  /** Until it is done or the turn is over. */
  async function insist(what: string, act: () => Promise<void>, { signal }: Turn): Promise<void> {
    for (let wait = firstWaitMs; !signal.aborted; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
      try {
        return await act()
      } catch (error) {
        const fault = faultOf(error)
        if (!fault) throw error
        logger.warn({ err: error }, what)
        await noteRefused(fault)
        await pause(wait, signal)
      }
    }
  }

  const onRefused = (detail: string): Promise<void> =>
    engine.health.down({ channel: 'telegram', connection: DEFAULT_CONNECTION }, detail)

  /** A token that is refused from the start takes the connection down as one that is refused later. */
  async function noteRefused(fault: TelegramFault): Promise<void> {
    const refused = tokenRefused(fault)
    if (refused !== null) await onRefused(refused)
  }

  async function receive(turn: Turn): Promise<void> {
    await insist('Telegram was not told where updates go', () => chooseWay(api, webhook), turn)
    if (webhook) return ended(turn.signal)
    const me = await self.learn(turn.signal)
    const end = await pollUpdates({ client, surely, logger, firstWaitMs, onRefused }, me, turn)
    if (end === 'over') return
    logger.warn({ bot: me.username }, 'another process asks for the same bot; this one steps back')
    await pause(STEP_DOWN_MS, turn.signal)
  }

  return {
    name: `telegram/${DEFAULT_CONNECTION}`,
    platform,
    hook: webhook && createWebhook(webhook, { surely, inTurn: createInTurn(), self: self.learn }),
    stop: () => running.abort(),
    async poll(turn) {
      const over = new AbortController()
      const signal = AbortSignal.any([turn.signal, over.signal])
      const beside = [
        conversation.follow(yielding, signal),
        insist('the bot’s profile was not brought up to date', () => keepProfile(api), turn),
      ]
      try {
        await receive(turn)
      } catch (error) {
        if (!turn.signal.aborted) throw error
      } finally {
        over.abort()
        await Promise.allSettled(beside)
      }
    },
  }
}
