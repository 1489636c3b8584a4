import { setTimeout as sleep } from 'node:timers/promises'
import type { BotPlatform } from '#ports/bot-platform.ts'
import type { ConversationParts } from '../conversation.ts'
import type { AskSender } from './asking.ts'

/** Questions that are looked through at a time. */
const PAGE = 100
/** What came up in another process, was lost by a crash, or had to wait, is found after so long. */
const LOOK_MS = 10_000

/** Puts questions to senders that were not put on the platform yet, until it is ended. */
export function followQuestions(
  { engine, logger }: ConversationParts,
  platform: BotPlatform,
  ask: AskSender,
): () => void {
  const ending = new AbortController()
  const { signal } = ending

  async function look(): Promise<void> {
    let after: string | undefined
    do {
      const page = await engine.reaching.unasked(platform, { limit: PAGE, after })
      for (const question of page.questions) {
        if (signal.aborted) return
        await ask(platform, question)
      }
      after = page.next ?? undefined
    } while (after !== undefined)
  }

  async function goOn(): Promise<void> {
    while (!signal.aborted) {
      await look().catch((error: unknown) =>
        logger.error({ err: error }, 'questions to senders could not be put'),
      )
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  void goOn()
  return () => ending.abort()
}
