import type { ConnectionId } from '#core/ids.ts'
import type { Bucket } from '#ports/rates.ts'

/** Segments a second where none is set: the bucket is there so that a gateway's throttling can make it wait. */
const UNLIMITED = 10_000

/** The bucket of a sender at a gateway, in segments. What is too much makes it wait, and costs no attempt. */
export interface SenderBucket {
  readonly key: string
  taking(cost: number): Bucket
}

/** `sender`: a number or a name; empty: the gateway's own. `ratePerSecond`: segments; null: not limited here. */
export function senderBucket(
  connection: ConnectionId,
  sender: string,
  ratePerSecond: number | null,
): SenderBucket {
  const key = `sms/${connection}/${sender || 'default'}`
  const limit = ratePerSecond ?? UNLIMITED
  const burst = ratePerSecond === null ? { burst: limit } : {}
  return { key, taking: (cost) => ({ key, limit, perMs: 1_000, cost, ...burst }) }
}
