import { hasCode } from '#core/errors.ts'
import type { ShareView } from '#engine/engine.ts'
import { textsFor } from '#locales/texts.ts'
import type { BotPlatform, Screen, Shown } from '#ports/bot-platform.ts'
import type { StatusMessage } from '#ports/store/conversations.ts'
import type { Sender } from '../asks.ts'
import type { ConversationParts } from '../conversation.ts'
import { announcementScreen } from '../screens/group.ts'
import { statusScreen } from '../screens/status/status.ts'
import { abilitiesOf } from '../topics/status/status.ts'

/** Of a message that is still to be sent. */
export const NOT_SHOWN = ''

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
  const sender = { ...account, locale }
  const screen = screenFor({ followed, sender, share, platform, now: clock.now() })
  const shown = screen
    ? await change(parts, platform, followed, screen)
    : ({ kind: 'shown', message: followed.message } as const)
  if (shown.kind === 'later') return shown.retryAfterMs
  await note(conversations, followed, shown, share.revision)
  return 0
}

/** What its audience is shown of a share; null: nothing yet. */
function screenFor({
  followed: { audience, message },
  sender: { displayName, locale, timeZone },
  share,
  platform,
  now,
}: {
  readonly followed: StatusMessage
  readonly sender: Sender
  readonly share: ShareView
  readonly platform: BotPlatform
  readonly now: number
}): Screen | null {
  const texts = textsFor(locale)
  if (audience === 'everybody') {
    return announcementScreen({ texts, locale }, displayName, share, message !== NOT_SHOWN)
  }
  return statusScreen({ share, locale, texts, timeZone, now, ...abilitiesOf(platform) })
}

async function note(
  conversations: ConversationParts['conversations'],
  followed: StatusMessage,
  shown: Exclude<Shown, { kind: 'later' }>,
  revision: number,
): Promise<void> {
  if (shown.kind === 'not-shown') return conversations.unfollow(followed)
  const { message } = shown
  if (message === followed.message) return conversations.shown(followed, revision)
  return conversations.follow({ ...followed, message, shown: revision })
}

/** The message that shows the share there now: another may have taken its place meanwhile. */
async function followedIn(
  conversations: ConversationParts['conversations'],
  { share, chat, user, audience }: StatusMessage,
): Promise<StatusMessage | undefined> {
  const all = await conversations.ofShare(share)
  return all.find(
    (one) => one.chat.id === chat.id && one.user.id === user.id && one.audience === audience,
  )
}

/** Not every revision is one that the sender can see. */
async function change(
  { screens }: ConversationParts,
  platform: BotPlatform,
  { chat, user, audience, message }: StatusMessage,
  screen: Screen,
): Promise<Shown> {
  if (screens.shows(chat, message, screen)) return { kind: 'shown', message }
  const onlyFor = chat.kind === 'group' && audience === 'sender' ? user : null
  const inPlaceOf = message === NOT_SHOWN ? null : message
  const shown = await platform.show({ chat, onlyFor, screen, inPlaceOf })
  if (shown.kind === 'shown') screens.note(chat, shown.message, screen)
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
