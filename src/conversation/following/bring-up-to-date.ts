import { hasCode } from '#core/errors.ts'
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
  const followed = await followedIn(conversations, message)
  if (!followed) return 0
  const { locale, user } = followed
  const account = await engine.linking.accountOf(user)
  const isTheirs = account?.id === followed.account
  const share = isTheirs && (await shareOf(engine, { ...account, locale }, followed))
  if (!share) {
    await conversations.unfollow(followed)
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
  const shown = await change(parts, platform, followed, screen)
  if (shown.kind === 'later') return shown.retryAfterMs
  if (shown.kind === 'shown') await conversations.shown(followed, share.revision)
  else await conversations.unfollow(followed)
  return 0
}

/** The message that shows the share there now: another may have taken its place meanwhile. */
async function followedIn(
  conversations: ConversationParts['conversations'],
  { share, chat, user }: StatusMessage,
): Promise<StatusMessage | undefined> {
  const all = await conversations.ofShare(share)
  return all.find((one) => one.chat.id === chat.id && one.user.id === user.id)
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
    if (hasCode(error, 'not_found')) return null
    throw error
  }
}
