import type { Api } from 'grammy'
import { shorten } from '#core/text.ts'
import type { Logger } from '#ports/logger.ts'
import type { TelegramClient } from './client.ts'

/** What a press is answered with, at most (UTF-16 units). */
const MAX_TOAST = 200
/** Whoever pressed sees that something goes on for so long; what takes longer is told by a screen. */
const PATIENCE_MS = 5_000

/** Answers presses, each once and always. */
export interface Callbacks {
  /** Answers with what `act` says, or with nothing where that takes long or fails. Rejects as `act` does. */
  answering(
    query: string,
    act: () => Promise<{ text: string | null; alert?: boolean }>,
  ): Promise<void>
}

export function createCallbacks(
  {
    api,
    faultOf,
  }: { readonly api: Pick<Api, 'answerCallbackQuery'> } & Pick<TelegramClient, 'faultOf'>,
  logger: Logger,
  patienceMs = PATIENCE_MS,
): Callbacks {
  async function answer(query: string, text: string | null, alert = false): Promise<void> {
    try {
      const said = text === null ? {} : { text: shorten(text, MAX_TOAST), show_alert: alert }
      await api.answerCallbackQuery(query, said)
    } catch (error) {
      if (!faultOf(error)) throw error
      // Whoever pressed has waited too long for it, and sees what came of it all the same.
      logger.debug({ err: error }, 'a press was not answered')
    }
  }

  return {
    async answering(query, act) {
      let answered: Promise<void> | undefined
      const timer = setTimeout(() => {
        answered = answer(query, null)
      }, patienceMs)
      try {
        const { text, alert } = await act()
        answered ??= answer(query, text, alert)
      } finally {
        clearTimeout(timer)
        await (answered ?? answer(query, null))
      }
    },
  }
}
