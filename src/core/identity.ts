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

/** An installation of a platform, where a bot of ours is. */
export type Place = Pick<PlatformUserKey, 'platform' | 'connection'>

/** A place as a key: free of spaces but for the one between. */
export function placeKey({ platform, connection }: Place): string {
  return `${platform} ${connection}`
}

/** However they show themselves. */
export function isSameUser(a: PlatformUserKey, b: PlatformUserKey): boolean {
  return platformUserKey(a) === platformUserKey(b)
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

/** All that a user may have been written to by: their id and the handle that they have now. */
export function addressesOfUser(user: PlatformUser): readonly Address[] {
  return [addressOfUser(user), handleAddressOfUser(user)].filter((address) => address !== null)
}

/** Whether a user is where an address is: in another workspace the same handle is somebody else. */
export function isAtPlaceOf(
  { platform, connection }: Pick<PlatformUserKey, 'platform' | 'connection'>,
  { channel, value }: Address,
): boolean {
  const [, workspace = DEFAULT_CONNECTION] = /^([^/@]+)\//.exec(value) ?? []
  return platform === channel && connection === workspace
}

/** A handle of a platform, without `@`, lower-case. */
export interface NamedUser extends Pick<PlatformUserKey, 'platform' | 'connection'> {
  readonly handle: string
}

/** The handle that an address is, where nobody could tell the user of it when it was written; null: it is an id. */
export function handleIn({ channel, value }: Address): NamedUser | null {
  if (channel !== 'telegram' && channel !== 'slack') return null
  const [, workspace, handle] = /^(?:([^/]+)\/)?@(.+)$/.exec(value) ?? []
  if (handle === undefined) return null
  const connection = (workspace as ConnectionId | undefined) ?? DEFAULT_CONNECTION
  return { platform: channel, connection, handle }
}
