import type { Conversation } from '#conversation/conversation.ts'
import type { BotPlatform } from '#ports/bot-platform.ts'
import type { Logger } from '#ports/logger.ts'

/**
 * Gives what follows shares, begun anew with each call: who begins looks through all that changed before, for a
 * terminal that has come back.
 */
export function createFollower(
  conversation: Conversation,
  platform: BotPlatform,
  { signal, logger }: { readonly signal: AbortSignal; readonly logger: Logger },
): () => void {
  let last = new AbortController()
  return () => {
    last.abort()
    last = new AbortController()
    const until = AbortSignal.any([signal, last.signal])
    conversation.tell(platform, until)
    conversation
      .follow(platform, until)
      .catch((error: unknown) =>
        logger.error({ err: error }, 'shares on terminals are not followed'),
      )
  }
}
