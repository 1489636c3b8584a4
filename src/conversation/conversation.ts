import type { Engine } from '#engine/engine.ts'
import type { BotPlatform, ChatEvent, Handled } from '#ports/bot-platform.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { ConversationStore } from '#ports/store/conversations.ts'
import type { ConversationSettings } from './facts.ts'
import { createAsking } from './following/asking.ts'
import { createFollowing } from './following/follow.ts'
import { createTelling } from './following/news.ts'
import { createShownScreens, type ShownScreens } from './shown-screens.ts'
import { createTurn } from './turn.ts'

/** What all bots say: events of a platform go in, screens go out by it. */
export interface Conversation {
  /**
   * Handles one event of a platform's bot; the same event again repeats at most what it showed. Never throws for what
   * a person wrote. Rejects only when it could not be stored: deliver the event again.
   */
  handle(platform: BotPlatform, event: ChatEvent): Promise<Handled>
  /**
   * Keeps the platform's status messages up to date, and asks senders about who came by their invitations to whichever
   * process, until the signal ends. Run by the one process that has the bot's turn.
   */
  follow(platform: BotPlatform, signal: AbortSignal): Promise<void>
  /**
   * Tells people in their private chats what happened in this process, until the signal ends: links that its pages
   * made, and at once who came by an invitation. Run by every process that has the bot: no other one hears of it so soon.
   */
  tell(platform: BotPlatform, signal: AbortSignal): void
}

/** What the conversation stands on. */
export interface ConversationDeps {
  readonly engine: Engine
  readonly conversations: ConversationStore
  readonly clock: Clock
  readonly logger: Logger
  readonly settings: ConversationSettings
}

/** What its parts stand on besides. */
export interface ConversationParts extends ConversationDeps {
  readonly screens: ShownScreens
}

export function createConversation(deps: ConversationDeps): Conversation {
  const parts = { ...deps, screens: createShownScreens() }
  const takeTurn = createTurn(parts)
  const ask = createAsking(parts)
  return {
    handle: takeTurn,
    follow: createFollowing(parts, ask),
    tell: createTelling(parts, takeTurn, ask),
  }
}
