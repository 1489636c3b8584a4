import type { PlatformUser } from '#core/identity.ts'
import type { ConnectionId } from '#core/ids.ts'

let serial = 0

/** A user of a platform of an id of their own. */
export function someUser(more: Partial<PlatformUser> = {}): PlatformUser {
  serial++
  return {
    platform: 'telegram',
    connection: 'default' as ConnectionId,
    id: `${4_000 + serial}`,
    handle: null,
    name: `Bob ${serial} 鲍勃`,
    ...more,
  }
}

/** The same id, where it is somebody else. */
export function namesakes({ id }: PlatformUser): readonly PlatformUser[] {
  return [
    someUser({ id, platform: 'slack' }),
    someUser({ id, connection: 'other' as ConnectionId }),
  ]
}
