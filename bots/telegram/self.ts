import { setTimeout as sleep } from 'node:timers/promises'
import { endingWith } from '#adapters/telegram/client.ts'
import type { Logger } from '#ports/logger.ts'
import type { TelegramClient } from './client.ts'
import type { Self } from './reading/read-message.ts'

const RETRY_MS = 5_000
const LONGEST_MS = 60_000

/** Who the bot is. Only Telegram knows. */
export interface KnownSelf extends Self {
  /** Inline mode is on (@BotFather, /setinline). */
  readonly inline: boolean
}

export interface Knowledge {
  /** Null: not known yet. It is asked for, so that it will be. */
  now(): KnownSelf | null
  /** Asks until it is known. @throws once a signal ends */
  learn(signal?: AbortSignal): Promise<KnownSelf>
}

/** `running`: nobody asks any more once it has ended. */
export function createKnowledge(
  { api, faultOf }: TelegramClient,
  { running, logger }: { readonly running: AbortSignal; readonly logger: Logger },
): Knowledge {
  let known: KnownSelf | null = null
  let asking = false

  async function ask(signal: AbortSignal): Promise<KnownSelf> {
    const { id, username, supports_inline_queries: inline } = await api.getMe(endingWith(signal))
    return { id, username, inline }
  }

  async function askUntilKnown(signal: AbortSignal): Promise<KnownSelf> {
    for (let wait = RETRY_MS; known === null; wait = Math.min(2 * wait, LONGEST_MS)) {
      signal.throwIfAborted()
      try {
        known = await ask(signal)
      } catch (error) {
        if (signal.aborted || !faultOf(error)) throw error
        logger.warn({ err: error }, 'Telegram does not say who the bot is')
        await sleep(wait, undefined, { signal })
      }
    }
    return known
  }

  const learn = (signal?: AbortSignal): Promise<KnownSelf> =>
    askUntilKnown(signal ? AbortSignal.any([signal, running]) : running)

  function learnInBackground(): void {
    if (asking) return
    asking = true
    learn()
      .catch(() => undefined)
      .finally(() => {
        asking = false
      })
  }

  return {
    now() {
      if (known === null) learnInBackground()
      return known
    },
    learn,
  }
}
