import { isSameUser, type PlatformUserKey } from '#core/identity.ts'
import type { BotPlatform, ChatRef, MessageRef, Showing } from '#ports/bot-platform.ts'
import type { StatusMessage } from '#ports/store/conversations.ts'
import type { Cause } from '../cause.ts'
import type { ConversationParts } from '../conversation.ts'
import type { Place, Reply } from '../state/reply.ts'
import { bringUpToDate, NOT_SHOWN } from './bring-up-to-date.ts'

/** A reply that stands somewhere now. */
export interface Stood {
  readonly reply: Reply
  readonly where: Showing
  readonly message: MessageRef
}

/** From where on messages that show how shares stand are kept up to date. */
export interface TakeUp {
  /** From now on this message shows the share in its chat; the one that did has buttons no more. */
  stood(platform: BotPlatform, one: Stood, cause: Cause): Promise<void>
  /** The platform asked for a longer rest than anybody waits: how the share stands is shown after it. */
  unshown(reply: Reply, where: Showing, cause: Cause): Promise<void>
  /** The group where the share was begun hears of it once something has left, and of what becomes of it. */
  announced(platform: BotPlatform, reply: Reply, cause: Cause): Promise<void>
  /** Takes its buttons off. */
  settle(platform: BotPlatform, chat: ChatRef, message: MessageRef): Promise<void>
}

type StatusPlace = Extract<Place, { kind: 'status' }>

export function createTakeUp(parts: ConversationParts): TakeUp {
  const { conversations, screens } = parts

  async function settle(platform: BotPlatform, chat: ChatRef, message: MessageRef): Promise<void> {
    screens.forget(chat, message)
    await platform.settle(chat, message)
  }

  return {
    settle,
    async stood(platform, { reply: { place }, where: { chat }, message }, { user }) {
      if (place.kind !== 'status') return
      const status = { ...ofSender(place, user), chat, message, shown: place.revision }
      const all = await conversations.ofShare(place.share)
      const earlier = all.filter((other) => isInPlaceOf(status, other))
      await conversations.follow(status)
      // Of what changed while it was being shown, nobody was told.
      await bringUpToDate(parts, platform, status)
      for (const other of earlier) {
        if (other.message !== message) await settle(platform, other.chat, other.message)
      }
    },
    async unshown({ place }, { chat, inPlaceOf }, { user }) {
      if (place.kind !== 'status') return
      const message = inPlaceOf ?? NOT_SHOWN
      await conversations.follow({ ...ofSender(place, user), chat, message, shown: 0 })
    },
    async announced(platform, { place }, { user }) {
      if (place.kind !== 'status' || place.announceIn === null) return
      const all = await conversations.ofShare(place.share)
      if (all.some(({ audience }) => audience === 'everybody')) return
      const chat = { id: place.announceIn, kind: 'group' } as const
      const audience = 'everybody' as const
      const status = { ...ofSender(place, user), audience, chat, message: NOT_SHOWN, shown: 0 }
      await conversations.follow(status)
      await bringUpToDate(parts, platform, status)
    },
  }
}

function ofSender({ share, account, locale }: StatusPlace, user: PlatformUserKey) {
  return { share, account, locale, user, audience: 'sender' } as const
}

/** The other showed the same to the same person in the same chat. */
function isInPlaceOf({ chat, user }: StatusMessage, other: StatusMessage): boolean {
  const isThere = other.chat.id === chat.id && isSameUser(other.user, user)
  return other.audience === 'sender' && isThere
}
