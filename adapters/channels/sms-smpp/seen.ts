import { createHash, randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'

/** Names inbound messages, which bear no id: one that comes again has the id that it had. */
export interface Seen {
  /** `session`: over which it came; any object. */
  idOf(text: InboundText, session: object): string
  /** It was acknowledged: over this session it does not come again. */
  acknowledged(text: InboundText, session: object): void
}

export interface InboundText {
  readonly from: string
  readonly to: string
  readonly text: string
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
 * acknowledgement may have been lost: it comes again over another session then, soon, and before anything else that
 * its sender wrote was acknowledged.
 */
export function createSeen(): Seen {
  const known = new LRUCache<string, Known>({ max: 10_000, ttl: UNACKNOWLEDGED_MS })
  /** What was acknowledged last, by sender. */
  const last = new LRUCache<string, string>({ max: 10_000, ttl: ACKNOWLEDGED_MS })
  const keyOf = ({ from, to, text }: InboundText): string =>
    createHash('sha256')
      .update(JSON.stringify([from, to, text]))
      .digest('base64url')
  return {
    idOf(text, session) {
      const key = keyOf(text)
      const before = known.get(key)
      const isOver = before?.session === session || last.get(text.from) !== key
      if (before && !(before.acknowledged && isOver)) return before.id
      const id = `${key.slice(0, 22)}-${randomUUID()}`
      known.set(key, { id, session, acknowledged: false })
      return id
    },
    acknowledged(text, session) {
      const key = keyOf(text)
      last.set(text.from, key)
      const before = known.get(key)
      if (before)
        known.set(key, { ...before, session, acknowledged: true }, { ttl: ACKNOWLEDGED_MS })
    },
  }
}
