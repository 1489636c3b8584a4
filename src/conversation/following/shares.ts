import { PassalongError } from '#core/errors.ts'
import type { StatusChange } from '#engine/engine.ts'
import { textsFor } from '#locales/texts.ts'
import type { BotPlatform } from '#ports/bot-platform.ts'
import type { StatusMessage } from '#ports/store/conversations.ts'
import type { ConversationDeps } from '../conversation.ts'
import { statusScreen } from '../screens/status/status.ts'
import { abilitiesOf } from '../topics/status/status.ts'
import { createPacer } from './pacer.ts'

/** Between two changes of one message. */
const REST_MS = 3_000
/** Messages that are looked through at a time. */
const PAGE = 100
/** What was missed, by a crash or while the store was away, is found after so long. */
const SWEEP_MS = 60_000

/** Keeps a platform's status messages up to date with their shares, until it is ended. */
export function followShares(deps: ConversationDeps, platform: BotPlatform): () => void {
  const { conversations, engine, logger, settings } = deps
  const place = { platform: platform.platform, connection: platform.connection }
  const pacer = createPacer({
    restMs: settings.statusRestMs ?? REST_MS,
    onFault: (error) => logger.error({ err: error }, 'a status message is not up to date'),
  })
  const ending = new AbortController()

  const update = (message: StatusMessage): void =>
    pacer.ask(`${message.share} ${message.chat.id}`, () => bringUpToDate(deps, platform, message))

  async function changed({ share, revision }: StatusChange): Promise<void> {
    for (const message of await conversations.ofShare(share)) {
      const { user, shown } = message
      const isHere = user.platform === place.platform && user.connection === place.connection
      if (isHere && shown < revision) update(message)
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

/** Returns for how long the platform asks to be left alone; 0: it is done. */
async function bringUpToDate(
  { engine, conversations, clock }: ConversationDeps,
  platform: BotPlatform,
  message: StatusMessage,
): Promise<number> {
  const { locale, chat, user } = message
  const account = await engine.accounts.get(message.account)
  const share = account && (await shareOf(engine, { ...account, locale }, message))
  if (!share) {
    await conversations.unfollow(message)
    return 0
  }
  const screen = statusScreen({
    share,
    locale,
    texts: textsFor(locale),
    timeZone: account.timeZone,
    now: clock.now(),
    ...abilitiesOf(platform),
  })
  const onlyFor = chat.kind === 'group' ? user : null
  const shown = await platform.show({ chat, onlyFor, screen, inPlaceOf: message.message })
  if (shown.kind === 'later') return shown.retryAfterMs
  if (shown.kind === 'shown') await conversations.shown(message, share.revision)
  else await conversations.unfollow(message)
  return 0
}

async function shareOf(
  { sharing }: ConversationDeps['engine'],
  sender: Parameters<typeof sharing.get>[0],
  { share }: StatusMessage,
) {
  try {
    return await sharing.get(sender, share)
  } catch (error) {
    if (error instanceof PassalongError && error.code === 'not_found') return null
    throw error
  }
}
