import type { Identity, PlatformUser, PlatformUserKey } from '#core/identity.ts'
import type { AccountId, Instant } from '#core/ids.ts'

/** Which side a link was begun on. */
export type LinkSide = 'chat' | 'page'

/** A link between a user and an account that was begun and not finished. */
export interface LinkAttempt {
  /** Of the one-time secret. */
  readonly hash: string
  readonly begun: LinkSide
  /** Who began it in a chat, or met it there; null until then. */
  readonly user: PlatformUser | null
  /** Who began it on a page, or met it there; null until then. */
  readonly account: AccountId | null
  /** The account that the user agreed to be taken from; null: they must not be linked. */
  readonly movesFrom: AccountId | null
  /** Of the PIN that was shown at the second side; null until then. */
  readonly pinHash: string | null
  /** PINs typed so far. */
  readonly tries: number
  readonly expiresAt: Instant
}

/** An attempt as one side begins it. */
export type NewLinkAttempt =
  | {
      readonly hash: string
      readonly begun: 'chat'
      readonly user: PlatformUser
      readonly movesFrom: AccountId | null
    }
  | { readonly hash: string; readonly begun: 'page'; readonly account: AccountId }

/** The second side of an attempt, with the hash of the PIN that is shown there. */
export type LinkMeeting =
  | { readonly account: AccountId; readonly pinHash: string }
  | { readonly user: PlatformUser; readonly movesFrom: AccountId | null; readonly pinHash: string }

/** Who began an attempt. */
export type LinkBeginner = { readonly user: PlatformUserKey } | { readonly account: AccountId }

/** Which users of platforms act for which accounts, and the links that are being made. */
export interface IdentityStore {
  byUser(user: PlatformUserKey): Promise<Identity | null>
  /** By the time they were linked. */
  ofAccount(account: AccountId): Promise<readonly Identity[]>
  /**
   * A compare-and-set: links the user where they are linked to `expected` (null: to nobody) or to that account
   * already; else says to whom they are linked (null: to nobody).
   */
  link(
    user: PlatformUser,
    account: AccountId,
    expected: AccountId | null,
  ): Promise<Identity | { readonly heldBy: AccountId | null }>
  /** Notes how a linked user shows themselves now: nothing is written where that is as it was, or nobody is linked. */
  rename(user: PlatformUser): Promise<void>
  /** True: they were linked to that account. */
  unlink(user: PlatformUserKey, account: AccountId): Promise<boolean>

  /** Earlier attempts that the same side began are void. */
  begin(attempt: NewLinkAttempt, ttlMs: number): Promise<void>
  /** Null: no such, or expired. */
  attempt(hash: string): Promise<LinkAttempt | null>
  /** The one that stands of those that this side began. */
  attemptOf(beginner: LinkBeginner): Promise<LinkAttempt | null>
  /** Names the second side, or its next PIN. Null: no such, expired, spent, or somebody else has met it. */
  meet(hash: string, meeting: LinkMeeting): Promise<LinkAttempt | null>
  /** Counts a try before its PIN is looked at. Null: no such, expired, not met, or `max` tries are used up. */
  countTry(hash: string, max: number): Promise<LinkAttempt | null>
  /** True: it stood until now. */
  end(hash: string): Promise<boolean>
}
