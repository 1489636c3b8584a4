import { ended } from '#engine/within.ts'
import type { BotPlatform } from '#ports/bot-platform.ts'
import type { ConversationParts } from '../conversation.ts'
import type { AskSender } from './asking.ts'
import { followQuestions } from './questions.ts'
import { followShares } from './shares.ts'

/** Shares change, and people come, without anybody writing: messages change with shares, and senders are asked. */
export function createFollowing(deps: ConversationParts, ask: AskSender) {
  return async (platform: BotPlatform, signal: AbortSignal): Promise<void> => {
    const endings = [followShares(deps, platform), followQuestions(deps, platform, ask)]
    await ended(signal)
    for (const end of endings) end()
  }
}
