import { createHash, randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'

/** Names inbound messages, which bear no id: one that comes again has the id that it had. */
export interface Seen {
  /** `session`: over which it came; any object. */
  idOf(content: string, session: object): string
  /** It was acknowledged: over this session it does not come again. */
  acknowledged(content: string, session: object): void
}

interface Known {
  readonly id: string
  readonly session: object
  acknowledged: boolean
}

/** SMSCs repeat what was not acknowledged for a day or so; what was, only soon after a cut. */
const UNACKNOWLEDGED_MS = 24 * 3_600_000
const ACKNOWLEDGED_MS = 10 * 60_000

/**
 * The same text twice is two messages (STOP, START, STOP), unless the first was not acknowledged, or its
 * acknowledgement may have been lost: it comes again over another session then, soon.
 */
export function createSeen(): Seen {
  const known = new LRUCache<string, Known>({ max: 10_000, ttl: UNACKNOWLEDGED_MS })
  const keyOf = (content: string): string =>
    createHash('sha256').update(content).digest('base64url')
  return {
    idOf(content, session) {
      const key = keyOf(content)
      const before = known.get(key)
      if (before && !(before.acknowledged && before.session === session)) return before.id
      const id = `${key.slice(0, 22)}-${randomUUID()}`
      known.set(key, { id, session, acknowledged: false })
      return id
    },
    acknowledged(content, session) {
      const key = keyOf(content)
      const before = known.get(key)
      if (before)
        known.set(key, { ...before, session, acknowledged: true }, { ttl: ACKNOWLEDGED_MS })
    },
  }
}
