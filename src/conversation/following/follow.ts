import type { BotPlatform } from '#ports/bot-platform.ts'
import type { ConversationParts } from '../conversation.ts'
import { followShares } from './shares.ts'

/** Shares change without anybody writing: their messages do with them. */
export function createFollowing(deps: ConversationParts) {
  return async (platform: BotPlatform, signal: AbortSignal): Promise<void> => {
    const end = followShares(deps, platform)
    await ended(signal)
    end()
  }
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
