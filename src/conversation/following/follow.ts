import type { BotPlatform } from '#ports/bot-platform.ts'
import type { ConversationParts } from '../conversation.ts'
import type { TakeTurn } from '../turn.ts'
import { tellNews } from './news.ts'
import { followShares } from './shares.ts'

/** What happens without anybody writing: shares change, links are made on pages, people come by invitations. */
export function createFollowing(deps: ConversationParts, takeTurn: TakeTurn) {
  return async (platform: BotPlatform, signal: AbortSignal): Promise<void> => {
    const endings = [followShares(deps, platform), tellNews(deps, takeTurn, platform)]
    await ended(signal)
    for (const end of endings) end()
  }
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
