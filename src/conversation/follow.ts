import type { ShareId } from '#core/ids.ts'
import type { StatusChange } from '#engine/engine.ts'
import { textsFor } from '#locales/texts.ts'
import type { BotPlatform } from '#ports/bot-platform.ts'
import type { StatusMessage } from '#ports/store/conversations.ts'
import type { ConversationDeps } from './conversation.ts'
import { createPacer } from './pacer.ts'
import { statusScreen } from './screens/status/status.ts'

/** Between two changes of one message. */
const REST_MS = 3_000
/** Messages of a page that is looked through after a start. */
const PAGE = 100
/** Changes that several processes made are looked for so often. */
const SWEEP_MS = 60_000

/** Keeps status messages of one platform up to date with their shares. */
export function createFollowing(deps: ConversationDeps) {
  const { conversations, engine, clock, logger } = deps

  async function bringUpToDate(platform: BotPlatform, message: StatusMessage): Promise<number> {
    const account = await engine.accounts.get(message.account)
    if (!account) {
      await conversations.unfollow(message)
      return 0
    }
    const { locale, chat, user } = message
    const sender = { ...account, locale }
    const share = await engine.sharing.get(sender, message.share)
    const texts = textsFor(locale)
    const { timeZone } = account
    const screen = statusScreen({ share, texts, locale, timeZone, now: clock.now() })
    const onlyFor = chat.kind === 'group' ? user : null
    const shown = await platform.show({ chat, onlyFor, screen, inPlaceOf: message.message })
    if (shown.kind === 'later') return shown.retryAfterMs
    if (shown.kind === 'shown') await conversations.shown(message, share.revision)
    else await conversations.unfollow(message)
    return 0
  }

  return async function follow(platform: BotPlatform, signal: AbortSignal): Promise<void> {
    const isHere = ({ user }: StatusMessage): boolean =>
      user.platform === platform.platform && user.connection === platform.connection
    const pacer = createPacer({
      restMs: REST_MS,
      onFault: (error) =>
        logger.error({ err: error }, 'a status message could not be brought up to date'),
    })
    const update = (message: StatusMessage): void =>
      pacer.ask(`${message.share} ${message.chat.id}`, () => bringUpToDate(platform, message))

    async function changed({ share, revision }: Pick<StatusChange, 'share' | 'revision'>) {
      for (const message of await conversations.ofShare(share as ShareId)) {
        if (isHere(message) && message.shown < revision) update(message)
      }
    }
    async function sweep(): Promise<void> {
      let after: string | undefined
      do {
        const place = { platform: platform.platform, connection: platform.connection }
        const { messages, next } = await conversations.behind(place, { limit: PAGE, after })
        for (const message of messages) update(message)
        after = next ?? undefined
      } while (after !== undefined && !signal.aborted)
    }
    const guarded = (act: () => Promise<void>): void => {
      act().catch((error) => logger.error({ err: error }, 'status messages could not be looked up'))
    }

    const unsubscribe = engine.status.subscribe((change) => guarded(() => changed(change)))
    const sweeping = setInterval(() => guarded(sweep), SWEEP_MS)
    guarded(sweep)
    await aborted(signal)
    clearInterval(sweeping)
    unsubscribe()
    pacer.stop()
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
