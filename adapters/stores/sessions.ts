import type { AccountStore, StoredSession } from '#ports/store/accounts.ts'

/** That a session was seen is noted at most once in this time. */
export const SEEN_NOTED_MS = 10 * 60_000

/** The part of the port that is about browsers. */
export type Sessions = Pick<
  AccountStore,
  'putSession' | 'renewSession' | 'getSession' | 'dropSession' | 'sessions' | 'dropSessions'
>

/** The one seen last first. */
export function bySeen(a: StoredSession, b: StoredSession): number {
  return b.seenAt - a.seenAt || (a.keyHash < b.keyHash ? -1 : 1)
}
