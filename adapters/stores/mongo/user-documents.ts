import { type Platform, type PlatformUser, platformUserKey } from '#core/identity.ts'
import type { ConnectionId } from '#core/ids.ts'

/** A user's paths, in every collection that has users; `_id` is `platformUserKey`. */
export interface UserDocument {
  readonly _id: string
  readonly platform: Platform
  readonly connection: ConnectionId
  readonly userId: string
  readonly handle: string | null
  readonly name: string
}

/** For schemas. */
export const USER_PATHS = {
  _id: String,
  platform: String,
  connection: String,
  userId: String,
  handle: String,
  name: String,
} as const

export function userDocument(user: PlatformUser): UserDocument {
  const { platform, connection, id: userId, handle, name } = user
  return { _id: platformUserKey(user), platform, connection, userId, handle, name }
}

export function userOf(document: UserDocument): PlatformUser {
  const { platform, connection, userId: id, handle, name } = document
  return { platform, connection, id, handle, name }
}
