import type { Address, Lane } from '#core/address.ts'
import type { DeliveryState } from '#core/delivery.ts'
import type { AccountId, Code, DeliveryId, EndpointKey, Instant, ShareId } from '#core/ids.ts'
import type { Delivery, Share, Tracking } from '#core/share.ts'
import type { Target } from '#core/target.ts'
import type { Page, PageRequest } from './page.ts'

/** A delivery as accept fixes it: its number and code never change, so that making it twice makes it once. */
export interface PlannedDelivery {
  readonly n: number
  readonly code: Code
  readonly recipient: string
  readonly name: string | null
  readonly address: Address
  readonly endpoint: EndpointKey
  readonly lane: Lane
  readonly cost: number
  readonly replaces: DeliveryId | null
}

/** When the deliveries of a plan are due: at an instant (`sendAt`), or so many ms from the store's now. */
export type Due = { readonly at: Instant } | { readonly inMs: number }

/** Under which one request is accepted once. */
export interface IdempotencyKey {
  /** With the front-end's name in front: `api:…`, `web:…`. Unique within the account. */
  readonly key: string
  /** Of the request, to tell a repetition from another request under the same key. */
  readonly hash: string
  readonly ttlMs: number
}

/** What an account may still do today; checked and counted in the same step as accepting. */
export interface Quota {
  readonly messagesPerDay: number
  readonly newEndpointsPerDay: number
}

/** A share as it is to be stored, its deliveries fixed. */
export interface SharePlan {
  readonly id: ShareId
  readonly account: AccountId
  readonly target: Target
  readonly note: string
  readonly tracking: Tracking
  readonly locale: string
  readonly due: Due
  /** From the due time. */
  readonly deadlineMs: number
  readonly expiresAt: Instant | null
  readonly deliveries: readonly PlannedDelivery[]
  readonly idempotency: IdempotencyKey | null
  /** Null: not limited (the operator). */
  readonly quota: Quota | null
}

/** What came of accepting. A refusal does not use the key up. */
export type AcceptResult =
  /** `added`: the deliveries of this plan as they were first stored, for who cannot read them now. */
  | {
      readonly kind: 'accepted'
      readonly share: Share
      readonly added: readonly Delivery[]
    }
  /** The key took this very share before. */
  | { readonly kind: 'replayed'; readonly share: Share }
  /** The key took another request. */
  | { readonly kind: 'mismatch' }
  | {
      readonly kind: 'over-quota'
      readonly which: 'messages' | 'new-endpoints'
      readonly limit: number
      readonly retryAfterMs: number
    }

/** Deliveries for a share that stands. */
export interface ExtendPlan {
  readonly share: ShareId
  readonly account: AccountId
  /** Their `n` counts from 0 here; the store numbers them on from the share's last. Codes are fixed. */
  readonly deliveries: readonly PlannedDelivery[]
  readonly due: Due
  readonly deadlineMs: number
  readonly idempotency: IdempotencyKey | null
  readonly quota: Quota | null
}

/** As for accepting; `not-found` for another account's share too. */
export type ExtendResult = AcceptResult | { readonly kind: 'not-found' }

/** A line of a listing: the share and how many of its deliveries stand where. */
export interface ShareSummary {
  readonly share: Share
  readonly states: Readonly<Partial<Record<DeliveryState, number>>>
  readonly opened: number
  readonly total: number
}

/** A share whose status revision was raised. */
export interface RevisedShare {
  readonly id: ShareId
  readonly account: AccountId
  readonly revision: number
}

declare const revisionMark: unique symbol
/** A place in the order in which revisions were raised. Opaque to callers; of no worth to another store. */
export type RevisionMark = string & { readonly [revisionMark]: true }

/** What was raised behind a mark, and the mark to go on from. */
export interface Revisions {
  readonly shares: readonly RevisedShare[]
  readonly mark: RevisionMark
}

/** Shares, whole with their deliveries. */
export interface ShareStore {
  /** What the key took before, while it lasts; asked before a repeated request is looked at again. */
  findByKey(
    account: AccountId,
    key: string,
    hash: string,
  ): Promise<Extract<AcceptResult, { kind: 'replayed' | 'mismatch' }> | null>
  /**
   * Stores the share with all its deliveries, or nothing. Concurrent duplicates of a key become one. What is known
   * to be stored is accepted, also where the store cannot be reached from then on.
   */
  accept(plan: SharePlan): Promise<AcceptResult>
  /**
   * Adds deliveries to a share that stands, all or none. Throws `over_quota` where a store has no room for another key
   * in the share at the moment.
   */
  extend(plan: ExtendPlan): Promise<ExtendResult>
  get(id: ShareId): Promise<Share | null>
  /** An account's shares, newest first. */
  page(account: AccountId, request: PageRequest): Promise<Page<ShareSummary>>
  /**
   * Marks the share; from here no claim of its deliveries leads to a send. What is not being sent is ended with
   * it: a cancel ends what has not left, a recall everything; `repair` finishes that where a store cannot do it
   * in one step. False: no such share.
   */
  mark(id: ShareId, mark: 'cancelled' | 'recalled'): Promise<boolean>
  /**
   * Raises the revision of shares whose deliveries, opens or replies changed since it was last raised, and returns
   * them. What a crash left unrevised comes with the first call after it.
   */
  revise(limit: number): Promise<readonly RevisedShare[]>
  /**
   * Shares whose revision any process raised since the mark, at most `limit` of them; null: from now on (none,
   * and the mark). A share may come twice, also with a revision that came before; none is missed by who asks
   * every few seconds.
   */
  revisedSince(mark: RevisionMark | null, limit: number): Promise<Revisions>
  /**
   * Finishes what a crash left half made (stores that commit whole have nothing to do: 0), and forgets keys,
   * sessions and one-time links that ran out.
   */
  repair(limit: number): Promise<number>
  /**
   * Blanks recipient, name, address, reach, kept messages and what was replied of deliveries that have been final
   * for `afterMs`; links go on working. Returns how many.
   */
  blank(afterMs: number, limit: number): Promise<number>
  /** Everything of the account, oldest first, for export. */
  export(account: AccountId): AsyncIterable<{ share: Share; deliveries: readonly Delivery[] }>
}
