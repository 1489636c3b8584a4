import type { Address, Lane, Via } from './address.ts'
import type { DeliveryState, Reason } from './delivery.ts'
import type { PlatformUser } from './identity.ts'
import type { AccountId, Code, DeliveryId, EndpointKey, Instant, ShareId } from './ids.ts'
import type { Target } from './target.ts'

/** `full`: opens are named. `counts`: visits are counted, nobody is named. `off`: nothing is recorded. */
export const TRACKINGS = ['full', 'counts', 'off'] as const
export type Tracking = (typeof TRACKINGS)[number]

/** UTF-16 units of a cleaned title. */
export const MAX_TITLE = 300
/** UTF-16 units of a cleaned note. */
export const MAX_NOTE = 2_000

/** One target, one note, one sender, N deliveries. */
export interface Share {
  readonly id: ShareId
  readonly account: AccountId
  readonly target: Target
  readonly note: string
  readonly tracking: Tracking
  readonly locale: string
  readonly createdAt: Instant
  readonly sendAt: Instant | null
  readonly expiresAt: Instant | null
  /** Set by cancel: what has not left yet never will. */
  readonly cancelledAt: Instant | null
  /** Set by recall: every code of the share is dead. */
  readonly recalledAt: Instant | null
  /** Rises with every change of a delivery, an open or a reply; status messages remember the one they show. */
  readonly revision: number
}

/** Of those who came by one invitation so many are known; beyond, whoever was refused first is forgotten. */
export const MAX_ARRIVALS = 10

/** Somebody who came by the invitation to a delivery, and is not whom the sender wrote. */
export interface Arrival {
  readonly user: PlatformUser
  /** The sender said that it is somebody else. */
  readonly refused: boolean
  /** Where the sender has been asked about them (`placeKey`). */
  readonly asked: readonly string[]
}

/** One share to one address. */
export interface Delivery {
  readonly id: DeliveryId
  readonly share: ShareId
  readonly n: number
  readonly account: AccountId
  readonly code: Code
  /** As the sender wrote it; null once blanked (IDENTIFY_DAYS). */
  readonly recipient: string | null
  /** A name to greet by, where the sender gave one. */
  readonly name: string | null
  readonly address: Address | null
  readonly endpoint: EndpointKey
  readonly lane: Lane
  /** Rate units that one send takes: SMS segments, else 1. */
  readonly cost: number
  readonly state: DeliveryState
  readonly reason: Reason | null
  /** What the provider said, cleaned and cut, for the sender to read. Never a secret. */
  readonly detail: string | null
  readonly via: Via | null
  readonly attempts: number
  /** Sends whose outcome never became known. */
  readonly unknowns: number
  readonly epoch: number
  /** When somebody must look again: a due time, a lease's end. Null once nothing is left to do. */
  readonly dueAt: Instant | null
  readonly deadlineAt: Instant
  readonly changedAt: Instant
  /** When the provider took it; scanner rules count from here. */
  readonly acceptedAt: Instant | null
  readonly recalledAt: Instant | null
  readonly providerIds: readonly string[]
  /** The delivery that this one was sent in place of (fix and resend). */
  readonly replaces: DeliveryId | null
  /** While it waits for its recipient, in the order in which they came; each is there once. */
  readonly arrivals: readonly Arrival[]
}

/** Whether a share may still go to people: it was cancelled or recalled, or its links have ended. */
export function standingOf(
  share: Pick<Share, 'cancelledAt' | 'recalledAt' | 'expiresAt'>,
  now: number,
): 'stands' | 'taken-back' | 'expired' {
  if (share.recalledAt !== null || share.cancelledAt !== null) return 'taken-back'
  return share.expiresAt !== null && share.expiresAt <= now ? 'expired' : 'stands'
}
