import { type Address, DEFAULT_CONNECTION } from './address.ts'
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

/** Where a user of a platform is written to; null: nobody is on a terminal. */
export function addressOfUser({ platform, connection, id }: PlatformUserKey): Address | null {
  if (platform === 'console') return null
  const value = connection === DEFAULT_CONNECTION ? id : `${connection}/${id}`
  return { channel: platform, value }
}

/** The address that a sender who knows no more than the handle has written; null: they have none. */
export function handleAddressOfUser(
  user: Pick<PlatformUser, 'platform' | 'connection' | 'handle'>,
): Address | null {
  return user.handle ? addressOfUser({ ...user, id: `@${user.handle.toLowerCase()}` }) : null
}

/** Whether an address is a handle that nobody could tell the user of when it was written. */
export function isHandle({ channel, value }: Address): boolean {
  return (channel === 'telegram' || channel === 'slack') && value.includes('@')
}
