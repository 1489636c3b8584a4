import type { Identity, Platform, PlatformUser, PlatformUserKey } from '#core/identity.ts'
import type { AccountId, ConnectionId, Instant } from '#core/ids.ts'
import type { Person } from '#ports/store/people.ts'

/** A user's columns, in every table that has users. */
export interface UserRow {
  readonly platform: Platform
  readonly connection: ConnectionId
  readonly user_id: string
}

export interface IdentityRow extends UserRow {
  readonly handle: string | null
  readonly name: string
  readonly account: AccountId
  readonly linked_at: Instant
}

export interface PersonRow extends UserRow {
  readonly handle: string | null
  readonly name: string
  readonly reach: string | null
}

/** A user as the first three columns. */
export function userColumns({
  platform,
  connection,
  id,
}: PlatformUserKey): readonly [platform: Platform, connection: ConnectionId, id: string] {
  return [platform, connection, id]
}

export function userOf({ platform, connection, user_id: id }: UserRow): PlatformUserKey {
  return { platform, connection, id }
}

export function identityOf(row: IdentityRow): Identity {
  return { ...lookOf(row), account: row.account, linkedAt: row.linked_at }
}

export function personOf(row: PersonRow): Person {
  return { ...lookOf(row), reach: row.reach === null ? null : JSON.parse(row.reach) }
}

function lookOf(row: UserRow & Pick<PlatformUser, 'handle' | 'name'>): PlatformUser {
  return { ...userOf(row), handle: row.handle, name: row.name }
}
