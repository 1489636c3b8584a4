import type { PlatformUserKey } from '#core/identity.ts'
import type { AccountId, ShareId } from '#core/ids.ts'
import type { Locale } from '#core/locale.ts'
import type { ChatRef, MessageRef } from '../bot-platform.ts'

/** What is remembered of a conversation, in the conversation's own writing. */
export interface StoredConversation {
  readonly state: string
  /** Rises with each save, from 1. */
  readonly version: number
}

/** A message in a chat that shows how a share stands. */
export interface StatusMessage {
  readonly share: ShareId
  readonly account: AccountId
  readonly user: PlatformUserKey
  readonly chat: ChatRef
  /** Whom it is for in that chat: its sender alone, who is shown all, or everybody, who is shown that there is one. */
  readonly audience: 'sender' | 'everybody'
  /** Empty: there is none yet. */
  readonly message: MessageRef
  readonly locale: Locale
  /** The revision of the share that it shows. */
  readonly shown: number
}

/**
 * The one message that shows a share to an audience of a chat. Once another has taken its place, what is said of it
 * changes nothing.
 */
export type FollowedMessage = Pick<
  StatusMessage,
  'share' | 'user' | 'chat' | 'audience' | 'message'
>

/** Conversations that are under way, and the status messages that are kept up to date. */
export interface ConversationStore {
  load(user: PlatformUserKey): Promise<StoredConversation | null>
  /** A compare-and-set: `expected` is the version that was loaded, 0 where there was none. False: it is another. */
  save(user: PlatformUserKey, state: string, expected: number): Promise<boolean>
  /** Forgets those that nobody wrote in for so long; returns how many. */
  forget(idleMs: number, limit: number): Promise<number>

  /** From now on this message shows the share to its audience in that chat; an earlier one no longer does. */
  follow(message: StatusMessage): Promise<void>
  ofShare(share: ShareId): Promise<readonly StatusMessage[]>
  /** The message shows the revision, or a later one already. */
  shown(message: FollowedMessage, revision: number): Promise<void>
  unfollow(message: FollowedMessage): Promise<void>
  /**
   * Those of a platform's connection whose share has come to a later revision, after a crash. A page may hold few, or
   * none, though others follow. `after`: where the last page ended.
   */
  behind(
    place: Pick<PlatformUserKey, 'platform' | 'connection'>,
    request: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ readonly messages: readonly StatusMessage[]; readonly next: string | null }>
  /** Stops following what has not been changed for so long; returns how many. */
  settleStatus(olderThanMs: number, limit: number): Promise<number>
}
