import type { AccountId, ConnectionId, Instant } from './ids.ts'

/** Where people chat with us. `console`: a terminal. */
export const PLATFORMS = ['console', 'telegram', 'slack', 'matrix'] as const
export type Platform = (typeof PLATFORMS)[number]

/** What a user of a platform goes by for ever: their id there, never a handle. */
export interface PlatformUserKey {
  readonly platform: Platform
  readonly connection: ConnectionId
  /** Telegram's number, Slack's `U1`, a Matrix id, a login name on this machine. */
  readonly id: string
}

/** A user of a platform as they show themselves now. Text of theirs is cleaned (core/text). */
export interface PlatformUser extends PlatformUserKey {
  /** Without `@`; null: they have none. */
  readonly handle: string | null
  readonly name: string
}

/** A user of a platform who is linked to an account: who writes as them shares as it. */
export interface Identity extends PlatformUser {
  readonly account: AccountId
  readonly linkedAt: Instant
}

/** A user as a key of maps and stores: ids of all platforms are free of spaces. */
export function platformUserKey({ platform, connection, id }: PlatformUserKey): string {
  return `${platform} ${connection} ${id}`
}
