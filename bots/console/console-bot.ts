import type { Conversation } from '#conversation/conversation.ts'
import { createInTurn } from '#conversation/in-turn.ts'
import type { Instant, RandomBytes } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import type { Engine } from '#engine/engine.ts'
import type { ChatEvent, ChatRef } from '#ports/bot-platform.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { ConversationStore } from '#ports/store/conversations.ts'
import type { TerminalInput, TerminalRef, Terminals } from '#ports/terminals.ts'
import { createFollower } from './follower.ts'
import { intentOf } from './intent.ts'
import { openChatsOnly } from './open-chats.ts'
import { createConsolePlatform } from './platform.ts'
import { createRooms } from './rooms.ts'
import { accountOf, aloneAt, userOf, vouchingEngine } from './sitters.ts'

export interface ConsoleBotDeps {
  readonly engine: Engine
  readonly conversations: ConversationStore
  /** Makes the conversation that terminals have, on what they may see of engine and store. */
  converse(parts: Pick<ConsoleBotDeps, 'engine' | 'conversations'>): Conversation
  readonly clock: Clock
  readonly logger: Logger
  readonly randomBytes: RandomBytes
}

/**
 * The bot whose chats are terminals. Each process follows the shares on the terminals that are open there, from the
 * first one on.
 */
export function createConsoleBot(deps: ConsoleBotDeps): Terminals {
  const { clock, logger, randomBytes } = deps
  const engine = vouchingEngine(deps.engine)
  const rooms = createRooms(() => clock.monotonic())
  const { platform, collect } = createConsolePlatform({
    rooms,
    randomBytes,
    nextOrder: orders(() => clock.now()),
  })
  const conversations = openChatsOnly(deps.conversations, rooms)
  const conversation = deps.converse({ engine, conversations })
  const inTurn = createInTurn()
  const closing = new AbortController()
  const follow = createFollower(conversation, platform, { signal: closing.signal, logger })

  async function enter(terminal: TerminalRef, input: TerminalInput) {
    const chat = chatOf(terminal)
    const event = eventOf(terminal, input, clock.now() as Instant)
    const handle = () => conversation.handle(platform, event)
    const { value: handled, steps } = await inTurn(chat.id, () => collect(chat.id, handle))
    const account = await accountOf(engine, terminal.sitter)
    return { ...handled, account: account?.username ?? null, steps }
  }

  return {
    async enter(terminal, input) {
      await refuseWithoutAccounts(engine)
      return enter(terminal, input)
    },
    async news(terminal, request) {
      open(terminal)
      return rooms.news(chatOf(terminal).id, request)
    },
    close() {
      closing.abort()
      rooms.wakeAll()
    },
  }

  function open(terminal: TerminalRef): void {
    if (closing.signal.aborted) throw refusal('unavailable', 'terminal.closing')
    if (rooms.use(chatOf(terminal), userOf(terminal.sitter))) follow()
  }
}

/** Nobody can be linked to an account before there is one. */
async function refuseWithoutAccounts({ accounts }: Engine): Promise<void> {
  if ((await accounts.count()) === 0) throw refusal('forbidden', 'terminal.noAccount')
}

/** Rises with each call, and over restarts. */
function orders(now: () => number): () => number {
  let last = 0
  return () => {
    last = Math.max(last + 1, now())
    return last
  }
}

function chatOf({ sitter, id }: TerminalRef): ChatRef {
  return { id: `${userOf(sitter).id}/${id}`, kind: 'private' }
}

/** Whoever reads along is in one conversation, wherever they sit; a pipe has one of its own. */
function eventOf(terminal: TerminalRef, input: TerminalInput, at: Instant): ChatEvent {
  const chat = chatOf(terminal)
  const { id, act, locale, timeZone, unattended } = input
  const user = userOf(terminal.sitter)
  return {
    id: `${chat.id}/${id}`,
    user: unattended ? aloneAt(user, terminal.id) : user,
    chat,
    locale,
    timeZone,
    at,
    unattended,
    intent: intentOf(act),
  }
}
