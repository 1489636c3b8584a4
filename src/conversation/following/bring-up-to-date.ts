import { PassalongError } from '#core/errors.ts'
import { textsFor } from '#locales/texts.ts'
import type { BotPlatform, Screen, Shown } from '#ports/bot-platform.ts'
import type { StatusMessage } from '#ports/store/conversations.ts'
import type { ConversationParts } from '../conversation.ts'
import { statusScreen } from '../screens/status/status.ts'
import { abilitiesOf } from '../topics/status/status.ts'

/**
 * Shows what has changed since. Returns for how long the platform asks to be left alone; 0: it is done. Who acts for its
 * sender no longer is told no more of it.
 */
export async function bringUpToDate(
  parts: ConversationParts,
  platform: BotPlatform,
  message: StatusMessage,
): Promise<number> {
  const { engine, conversations, clock } = parts
  const { locale, chat, user } = message
  const followed = (await conversations.ofShare(message.share)).find(
    (one) => one.chat.id === chat.id && one.message === message.message,
  )
  // Another message has taken its place meanwhile.
  if (!followed) return 0
  const account = await engine.linking.accountOf(user)
  const isTheirs = account?.id === message.account
  const share = isTheirs && (await shareOf(engine, { ...account, locale }, message))
  if (!share) {
    await conversations.unfollow(message)
    return 0
  }
  if (share.revision <= followed.shown) return 0
  const screen = statusScreen({
    share,
    locale,
    texts: textsFor(locale),
    timeZone: account.timeZone,
    now: clock.now(),
    ...abilitiesOf(platform),
  })
  const shown = await change(parts, platform, message, screen)
  if (shown.kind === 'later') return shown.retryAfterMs
  if (shown.kind === 'shown') await conversations.shown(message, share.revision)
  else await conversations.unfollow(message)
  return 0
}

/** Not every revision is one that the sender can see. */
async function change(
  { screens }: ConversationParts,
  platform: BotPlatform,
  { chat, user, message }: StatusMessage,
  screen: Screen,
): Promise<Shown> {
  if (screens.shows(chat, message, screen)) return { kind: 'shown', message }
  const onlyFor = chat.kind === 'group' ? user : null
  const shown = await platform.show({ chat, onlyFor, screen, inPlaceOf: message })
  if (shown.kind === 'shown') screens.note(chat, message, screen)
  return shown
}

async function shareOf(
  { sharing }: ConversationParts['engine'],
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
