import type { StatusChange } from '#engine/engine.ts'
import type { BotPlatform } from '#ports/bot-platform.ts'
import type { StatusMessage } from '#ports/store/conversations.ts'
import type { ConversationParts } from '../conversation.ts'
import { bringUpToDate } from './bring-up-to-date.ts'
import { isHere } from './here.ts'
import { createPacer } from './pacer.ts'

/** Between two changes of one message. */
const REST_MS = 3_000
/** Messages that are looked through at a time. */
const PAGE = 100
/** What was missed, by a crash or while the store was away, is found after so long. */
const SWEEP_MS = 60_000

/** Keeps a platform's status messages up to date with their shares, until it is ended. */
export function followShares(deps: ConversationParts, platform: BotPlatform): () => void {
  const { conversations, engine, logger, settings } = deps
  const place = { platform: platform.platform, connection: platform.connection }
  const pacer = createPacer({
    restMs: settings.statusRestMs ?? REST_MS,
    onFault: (error) => logger.error({ err: error }, 'a status message is not up to date'),
  })
  const ending = new AbortController()

  const update = (message: StatusMessage): void =>
    pacer.ask(`${message.share} ${message.audience} ${message.chat.id}`, () =>
      bringUpToDate(deps, platform, message),
    )

  async function changed({ share, revision }: StatusChange): Promise<void> {
    for (const message of await conversations.ofShare(share)) {
      if (isHere(platform, message.user) && message.shown < revision) update(message)
    }
  }

  async function sweep(): Promise<void> {
    let after: string | undefined
    do {
      const { messages, next } = await conversations.behind(place, { limit: PAGE, after })
      for (const message of messages) update(message)
      after = next ?? undefined
    } while (after !== undefined && !ending.signal.aborted)
  }

  const look = (act: () => Promise<void>): void => {
    act().catch((error) => logger.error({ err: error }, 'status messages cannot be looked up'))
  }
  const unsubscribe = engine.status.subscribe((change) => look(() => changed(change)))
  const sweeping = setInterval(() => look(sweep), SWEEP_MS)
  look(sweep)
  return () => {
    ending.abort()
    clearInterval(sweeping)
    unsubscribe()
    pacer.stop()
  }
}
