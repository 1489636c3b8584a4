import type { PlatformUser } from '#core/identity.ts'
import type { Instant } from '#core/ids.ts'
import type { LinkChange } from '#engine/engine.ts'
import type { BotPlatform } from '#ports/bot-platform.ts'
import type { News } from '../cause.ts'
import type { ConversationParts } from '../conversation.ts'
import type { TakeTurn } from '../turn.ts'
import type { AskSender } from './asking.ts'
import { isHere } from './here.ts'

/** What happens without anybody writing in the chat: links are made on pages, people come by invitations. */
export function createTelling(deps: ConversationParts, takeTurn: TakeTurn, ask: AskSender) {
  return (platform: BotPlatform, signal: AbortSignal): void => {
    if (signal.aborted) return
    signal.addEventListener('abort', tellNews(deps, { takeTurn, ask, platform }), { once: true })
  }
}

/**
 * Tells people what happened elsewhere, in their private chats, until it is ended. It is heard of in the process where
 * it happened alone; questions that are not put so are found by who follows (questions.ts).
 */
function tellNews(
  { engine, clock, logger }: ConversationParts,
  {
    takeTurn,
    ask,
    platform,
  }: { readonly takeTurn: TakeTurn; readonly ask: AskSender; readonly platform: BotPlatform },
): () => void {
  let told = 0

  async function tell(user: PlatformUser, intent: News): Promise<void> {
    const chat = await platform.privateChat(user)
    if (!chat) return
    told += 1
    const at = clock.now() as Instant
    const id = `news/${intent.kind}/${at}/${told}`
    await takeTurn(platform, { id, user, chat, locale: null, timeZone: null, at, intent })
  }

  function linkChanged({ kind, user, by }: LinkChange): void {
    // What is done in the chat is answered there.
    if (by === 'page' && isHere(platform, user)) soon(() => tell(user, { kind }))
  }

  const soon = (act: () => Promise<void>): void => {
    act().catch((error) => logger.error({ err: error }, 'somebody could not be told'))
  }
  const endings = [
    engine.linking.subscribe(linkChanged),
    engine.reaching.onQuestion((question) => soon(() => ask(platform, question))),
  ]
  return () => {
    for (const end of endings) end()
  }
}
