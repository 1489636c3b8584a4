import type { Identity, PlatformUser } from '#core/identity.ts'
import { isSameUser, platformUserKey } from '#core/identity.ts'
import type { AccountId, Instant } from '#core/ids.ts'
import type {
  LinkAttempt,
  LinkBeginner,
  LinkMeeting,
  NewLinkAttempt,
} from '#ports/store/identities.ts'

/** Refused where the user acts for an account that is neither the expected one nor the one to link. */
export function linkStep(
  before: Identity | null,
  user: PlatformUser,
  link: { readonly account: AccountId; readonly expected: AccountId | null; readonly now: Instant },
): Identity | { readonly heldBy: AccountId | null } {
  const { account, expected, now } = link
  const heldBy = before?.account ?? null
  if (heldBy === account) return { ...shownBy(user), account, linkedAt: before?.linkedAt ?? now }
  return heldBy === expected ? { ...shownBy(user), account, linkedAt: now } : { heldBy }
}

/** The user's own fields of whatever came. */
export function shownBy({ platform, connection, id, handle, name }: PlatformUser): PlatformUser {
  return { platform, connection, id, handle, name }
}

type Look = Pick<PlatformUser, 'handle' | 'name'>

/** Whether they show themselves as they did. */
export function looksAs(before: Look, user: Look): boolean {
  return before.handle === user.handle && before.name === user.name
}

/** What handles are compared by. */
export function handleKey(handle: string): string {
  return handle.toLowerCase()
}

export function begunStep(attempt: NewLinkAttempt, expiresAt: Instant): LinkAttempt {
  return {
    hash: attempt.hash,
    begun: attempt.begun,
    user: attempt.begun === 'chat' ? shownBy(attempt.user) : null,
    account: attempt.begun === 'page' ? attempt.account : null,
    movesFrom: attempt.begun === 'chat' ? attempt.movesFrom : null,
    pinHash: null,
    tries: 0,
    expiresAt,
  }
}

/** A user or an account as whoever began an attempt: each has one that stands. */
export function beginnerKey(beginner: LinkBeginner): string {
  return 'user' in beginner
    ? `user ${platformUserKey(beginner.user)}`
    : `account ${beginner.account}`
}

/** The key of whoever began an attempt. */
export function begunBy({ begun, user, account }: LinkAttempt): string {
  return begun === 'chat' && user ? beginnerKey({ user }) : `account ${account}`
}

/** Undefined where it is over, or the meeting is not the other side's, or another's than the one before. */
export function metStep(
  attempt: LinkAttempt,
  meeting: LinkMeeting,
  now: number,
): LinkAttempt | undefined {
  if (attempt.expiresAt <= now || !mayMeet(attempt, meeting)) return undefined
  const { pinHash } = meeting
  if ('account' in meeting) return { ...attempt, account: meeting.account, pinHash }
  return { ...attempt, user: shownBy(meeting.user), movesFrom: meeting.movesFrom, pinHash }
}

function mayMeet({ begun, account, user }: LinkAttempt, meeting: LinkMeeting): boolean {
  if ('account' in meeting) {
    return begun === 'chat' && (account === null || account === meeting.account)
  }
  const isSame = user !== null && isSameUser(user, meeting.user)
  return begun === 'page' && (user === null || isSame)
}

/** Undefined where there is nothing to try, or no try is left. */
export function triedStep(attempt: LinkAttempt, max: number, now: number): LinkAttempt | undefined {
  const open = attempt.expiresAt > now && attempt.pinHash !== null && attempt.tries < max
  return open ? { ...attempt, tries: attempt.tries + 1 } : undefined
}

/** In the order in which they were linked. */
export function byLinking(a: Identity, b: Identity): number {
  return a.linkedAt - b.linkedAt || (platformUserKey(a) < platformUserKey(b) ? -1 : 1)
}
