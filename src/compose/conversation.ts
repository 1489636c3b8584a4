import type { ConversationSettings } from '#conversation/facts.ts'
import type { Config } from '../config.ts'

/** What every bot's conversation must know of the configuration. */
export function conversationSettings(config: Config): ConversationSettings {
  return {
    baseUrl: config.baseUrl,
    undoMs: config.undoSeconds * 1_000,
    defaultRegion: config.defaultRegion ?? undefined,
  }
}
