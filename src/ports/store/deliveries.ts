import type { Address, ChannelName, ConnectionRef, Lane, Via } from '#core/address.ts'
import type { DeliveryState, Reason, Settlement } from '#core/delivery.ts'
import type { Place, PlatformUser, PlatformUserKey } from '#core/identity.ts'
import type { DeliveryId, EndpointKey, ShareId } from '#core/ids.ts'
import type { Delivery, Share } from '#core/share.ts'
import type { Reach, Receipt } from '../channel.ts'

/** A delivery that somebody must look at: due, or with a lease that ran out. */
export interface DueDelivery {
  readonly id: DeliveryId
  readonly epoch: number
  readonly lane: Lane
}

/** What a feeder asks for. */
export interface DueRequest {
  /** At most so many of each lane, the longest due first. */
  readonly perLane: number
  readonly lanes: number
  readonly channels: readonly ChannelName[]
  /** Connections that are down: their lanes are left out. */
  readonly except: readonly ConnectionRef[]
}

/** How many messages an endpoint may get in a window; a delivery counts once, however often it is tried. */
export interface RecipientCap {
  readonly fromSender: number
  readonly fromAll: number
  readonly windowMs: number
}

/** A try to hold a delivery for one send. */
export interface ClaimRequest {
  /** The epoch that the due page named; another one is somebody else's. */
  readonly epoch: number
  /** Unique to this claim, which is asked for again with the same one. */
  readonly holder: string
  readonly leaseMs: number
  /** Null: recipients have no cap. */
  readonly cap: RecipientCap | null
}

/** Proof that a claim is held; a settle without a live one is refused. */
export interface Lease {
  readonly id: DeliveryId
  readonly epoch: number
  readonly holder: string
}

/** What came of a claim. */
export type ClaimResult =
  | {
      readonly kind: 'claimed'
      readonly lease: Lease
      /** As it stands now: `sending`, with the epoch raised; `changedAt` is when, by the store's clock. */
      readonly delivery: Delivery
      readonly share: Share
      /**
       * The lease of an earlier send ran out: that send's outcome is unknown. The claim itself has counted it
       * (`attempts` and `unknowns` raised by one), so that a second kill is not taken for the first. A claim that
       * is asked for again tells it from other unknown outcomes no longer: true where there is any.
       */
      readonly interrupted: boolean
      /** Read in the same step: the endpoint stands suppressed for this sender. */
      readonly suppressed: boolean
      readonly reach: Reach | null
      /** No message went to this endpoint before. */
      readonly firstContact: boolean
    }
  /** Over the recipient's cap: now `scheduled` for when it may go, deadline moved along, reason shown. */
  | { readonly kind: 'deferred'; readonly inMs: number }
  /** Not due, not there, or held by another. */
  | { readonly kind: 'gone' }

/** What a send came to, to be written down. */
export interface SettleRequest {
  readonly settlement: Settlement
  readonly via: Via
  readonly providerIds: readonly string[]
  readonly reach: Reach | null
}

/** Whether it was. */
export type SettleResult =
  /** With receipts that were parked for it applied. */
  | { readonly kind: 'settled'; readonly delivery: Delivery }
  /** The lease was lost: nothing of this send is written. */
  | { readonly kind: 'fenced' }

/** A move that is no settlement: the sender's, or a sweep's. */
export interface DeliveryChange {
  readonly from: readonly DeliveryState[]
  readonly to: DeliveryState
  readonly reason: Reason | null
  /** Null: nobody needs to look again. Left out: as it stands. */
  readonly dueInMs?: number | null
  readonly deadlineInMs?: number
  /** Kills the code at once, whatever the state comes to. */
  readonly recall?: boolean
  /** Starts attempts and unknown outcomes from 0 again (the sender asked). */
  readonly afresh?: boolean
  /** What carried it, where it comes to `accepted` so. By `carry` nothing went from here: it counts against no cap. */
  readonly via?: Via
}

/** Where a delivery goes whose recipient was a handle: who that is has become known. */
export interface NewAddress {
  /** On the delivery's own channel. */
  readonly address: Address
  readonly endpoint: EndpointKey
  readonly reach: Reach
}

/** What is noted of somebody who came by the invitation to a delivery. */
export type ArrivalNews =
  | { readonly kind: 'came'; readonly user: PlatformUser }
  /** The sender said that it is not who was meant. */
  | { readonly kind: 'refused'; readonly user: PlatformUserKey }
  /** The sender was shown the question there. */
  | { readonly kind: 'asked'; readonly user: PlatformUserKey; readonly at: Place }

/** How much waits on a channel. */
export interface QueueDepth {
  readonly channel: ChannelName
  /** Due now and waiting for a send. */
  readonly due: number
  /** How long the longest of them has been due. */
  readonly oldestMs: number
}

/** Deliveries from accepted to final, and what comes back for them. */
export interface DeliveryStore {
  /** Lanes that have due work, each with its longest due deliveries. No table scan at any size. */
  due(request: DueRequest): Promise<readonly DueDelivery[]>
  /** Until the next delivery of these channels comes due: 0 when one is, null when none is planned. */
  nextDueInMs(channels: readonly ChannelName[]): Promise<number | null>
  get(id: DeliveryId): Promise<Delivery | null>
  /** A share's deliveries by number. Empty for an unknown share. */
  ofShare(share: ShareId): Promise<readonly Delivery[]>
  /**
   * A compare-and-set on one delivery. Adapters gather concurrent calls into one commit. What was cancelled or
   * recalled, has expired or is past its deadline is ended by the claim, which then says `gone`. Asked for again
   * with the same holder and epoch while its lease lives, since the answer was lost, it says `claimed` again.
   */
  claim(id: DeliveryId, request: ClaimRequest): Promise<ClaimResult>
  /**
   * Gives the lease back with what the send came to. A delivery that was recalled in the meantime becomes
   * `recalled`, one whose share was cancelled and that would be tried again `cancelled` (`unknown`, where this
   * send's outcome is). Provider ids are written first, receipts that were parked for them looked up afterwards.
   * Asked for again by the same lease, since the answer was lost, it says `settled` again, with the delivery as it
   * stands, until something else was made of that: another claim, a move, a mark.
   */
  settle(lease: Lease, request: SettleRequest): Promise<SettleResult>
  /**
   * Moves a delivery that stands in one of `from`, where the table of transitions allows it; null where it does
   * not (with `recall` its code is dead all the same). What is being sent stays `sending` under a recall, and the
   * settle ends it. A delivery that goes on always has a due time: now, or its deadline, where none is given.
   */
  move(id: DeliveryId, change: DeliveryChange): Promise<Delivery | null>
  /** Puts a due delivery off without a claim, on another epoch; true where the epoch given still held. */
  defer(id: DeliveryId, epoch: number, inMs: number, reason: Reason): Promise<boolean>
  /** Parked first, looked up afterwards. The same receipt twice is one. */
  receipt(receipt: Receipt): Promise<'applied' | 'parked' | 'ignored'>
  /** The delivery that goes by a provider's id; null: none does, or not yet. */
  named(connection: ConnectionRef, providerId: string): Promise<Delivery | null>
  /** Forgets parked receipts older than that. */
  unpark(olderThanMs: number): Promise<number>
  /** Fails what stands past its deadline and is not being sent; returns how many. */
  expire(limit: number): Promise<number>
  /** Deliveries that wait for the recipient become due: the address can be reached now. */
  wake(address: Address, reach: Reach): Promise<number>
  /** What waits for the recipient at an address, the oldest first. */
  waiting(address: Address, limit: number): Promise<readonly Delivery[]>
  /**
   * A compare-and-set: a delivery that waits for its recipient is queued, due now, for another address on its lane,
   * and counts for that endpoint alone from there on. Null: it waits no longer.
   */
  readdress(id: DeliveryId, to: NewAddress): Promise<Delivery | null>
  /**
   * A compare-and-set on a delivery that waits: who came is kept beside it until it waits no longer, however that
   * comes about. What is known already changes nothing; nor does one more than MAX_ARRIVALS, all unanswered. Returns the
   * delivery as it stands then. Null: it waits no longer.
   */
  noteArrival(id: DeliveryId, news: ArrivalNews): Promise<Delivery | null>
  /**
   * What waits while its sender has not been asked, at a place, about all who came. A page may hold few, or none,
   * though others follow. `after`: where the last page ended.
   */
  unasked(
    place: Place,
    request: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ readonly deliveries: readonly Delivery[]; readonly next: string | null }>
  depth(): Promise<readonly QueueDepth[]>
  /**
   * The delivery by which the endpoint was written to last, by whichever sender: of those that went out, or may have,
   * the latest that did not fail; else the latest. Among the last twenty that were tried.
   */
  lastTo(endpoint: EndpointKey): Promise<Delivery | null>
  /** Addresses the account wrote to last, newest first, each once. Nobody knows where a link by hand (`carry`) went. */
  recents(
    account: string,
    limit: number,
  ): Promise<readonly { recipient: string; name: string | null }[]>
  /** Which of the endpoints the account wrote to before. */
  known(account: string, endpoints: readonly EndpointKey[]): Promise<ReadonlySet<EndpointKey>>
}
