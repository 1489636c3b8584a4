import { MAX_ATTEMPTS, type Settlement, type UnknownPolicy } from '#core/delivery.ts'
import type { Channel } from '#ports/channel.ts'
import type { ClaimResult } from '#ports/store/deliveries.ts'

/** A claim that holds. */
export type Claimed = Extract<ClaimResult, { kind: 'claimed' }>

/** What must be left of the lease when a send begins: its own time-outs and the settling. */
export const SEND_MARGIN_MS = 10_000

/** The second unknown outcome is the sender's to decide about. */
const UNKNOWNS_THAT_END = 2

/** Why a claimed delivery is not sent, as its settlement, at the store's time of the claim; null: it is to be sent. */
export function beforeSend(
  claimed: Claimed,
  channel: Pick<Channel, 'caps'>,
  policy: UnknownPolicy,
): Settlement | null {
  const { delivery, share } = claimed
  if (share.recalledAt !== null || delivery.recalledAt !== null) return ends('recalled', null)
  if (share.cancelledAt !== null) return ends('cancelled', null)
  if (claimed.suppressed) return ends('suppressed', 'suppressed')
  if (delivery.address === null) return ends('failed', 'blanked')
  const late = lateness(claimed)
  if (claimed.interrupted && (late || !mayRepeat(claimed, channel, policy))) {
    return ends('unknown', 'outcome_unknown')
  }
  return late && ends('failed', late)
}

function lateness({ delivery, share }: Claimed): 'expired' | 'deadline' | null {
  const now = delivery.changedAt
  if (share.expiresAt !== null && share.expiresAt <= now) return 'expired'
  return delivery.deadlineAt <= now ? 'deadline' : null
}

function mayRepeat(
  claimed: Claimed,
  channel: Pick<Channel, 'caps'>,
  policy: UnknownPolicy,
): boolean {
  if (channel.caps.idempotent) return claimed.delivery.attempts < MAX_ATTEMPTS
  return policy === 'retry' && claimed.delivery.unknowns < UNKNOWNS_THAT_END
}

function ends(state: Settlement['state'], reason: Settlement['reason']): Settlement {
  return { state, reason, detail: null, dueInMs: null, attempts: 0, unknowns: 0 }
}
