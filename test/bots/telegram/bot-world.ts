import { randomBytes } from 'node:crypto'
import { createTelegramChannel } from '#adapters/channels/telegram/telegram.ts'
import { createMemoryStore } from '#adapters/stores/memory/store.ts'
import { type Conversation, createConversation } from '#conversation/conversation.ts'
import type { EngineSettings } from '#engine/deps.ts'
import type { Turn } from '#ports/bot.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { openTelegramClient } from '#src/compose/telegram-client.ts'
import { createMovableClock, startTestEngine, type TestEngine } from '#test/fixtures/engine.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { createScriptedChannel, type ScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import {
  createTelegramBot,
  type TelegramBot,
  type TelegramBotConfig,
} from '../../../bots/telegram/telegram-bot.ts'
import {
  startTelegramApi,
  type TelegramApi,
  type TelegramUser,
  TOKEN,
} from '../../services/telegram-api/telegram-api.ts'

export interface BotWorld extends TestEngine {
  readonly telegram: TelegramApi
  readonly email: ScriptedChannel
  readonly bot: TelegramBot
  /** What was logged as a warning or an error. */
  readonly logged: string[]
  /** Lets the bot have its turn until it is stopped, or the turn is taken from it. */
  begin(): { end(): Promise<void> }
  /** Somebody who acts for Ann's account. */
  linked(): Promise<TelegramUser>
  close(): Promise<void>
}

export interface BotWorldOptions {
  readonly webhook?: TelegramBotConfig['webhook']
  readonly settings?: Partial<EngineSettings>
  /** In place of the real one. */
  readonly conversation?: Conversation
  readonly prepare?: (engine: TestEngine['engine']) => TestEngine['engine']
}

/** The bot on grammY with the real conversation, engine and channel, on a Bot API with people at its other end. */
export async function startBotWorld(options: BotWorldOptions = {}): Promise<BotWorld> {
  const telegram = await startTelegramApi()
  const access = { token: () => TOKEN, apiRoot: telegram.url }
  const { clock } = createMovableClock()
  const store = createMemoryStore({}, { clock, randomBytes })
  const email = createScriptedChannel({ name: 'email' })
  const channel = await createTelegramChannel(access, { people: store.people, logger: quiet })
  const tested = await startTestEngine(
    [channel, email],
    { undoMs: 0, ...options.settings },
    { store: () => store },
  )
  const engine = options.prepare?.(tested.engine) ?? tested.engine
  const logged: string[] = []
  const logger = listening(logged)
  const client = await openTelegramClient(access)
  const bot = createTelegramBot(
    { webhook: options.webhook ?? null, firstWaitMs: 20 },
    {
      client,
      engine,
      conversation: options.conversation ?? converse(tested, clock),
      pace: { ask: async () => 0, refused: async () => {} },
      clock,
      logger,
    },
  )
  const turns = new Set<{ end(): Promise<void> }>()

  return {
    ...tested,
    telegram,
    email,
    bot,
    logged,
    begin() {
      const over = new AbortController()
      const polling = bot.poll(turnUntil(over.signal))
      const turn = {
        async end() {
          over.abort()
          await polling
        },
      }
      turns.add(turn)
      return turn
    },
    async linked() {
      const ann = telegram.user({ first_name: 'Ann', username: 'annlee', language_code: 'en' })
      const { id } = ann
      const user = {
        platform: 'telegram',
        connection: 'default',
        id: String(id),
        handle: 'annlee',
        name: 'Ann',
      }
      await store.identities.link(user as never, tested.ann.id, null)
      return ann
    },
    async close() {
      for (const turn of turns) await turn.end()
      bot.stop()
      await tested.stop()
      await client.close()
      await telegram.close()
    },
  }
}

function converse({ engine, store }: TestEngine, clock: Clock): Conversation {
  const settings = {
    baseUrl: 'https://passalong.example.org',
    undoMs: 0,
    statusRestMs: 50,
    defaultRegion: undefined,
  }
  return createConversation({
    engine,
    conversations: store.conversations,
    clock,
    logger: quiet,
    settings,
  })
}

function turnUntil(signal: AbortSignal): Turn {
  return { signal, holds: () => !signal.aborted }
}

function listening(logged: string[]): Logger {
  const hear = (...said: unknown[]): void => {
    const [details, words] = said as [{ err?: Error }, string]
    logged.push(`${words} ${details.err?.message ?? ''}`.trim())
  }
  return { ...quiet, warn: hear, error: hear }
}
