import type { ChannelName, Via } from '#core/address.ts'
import type { DeliveryState } from '#core/delivery.ts'
import type { AccountId, Code, DeliveryId, EndpointKey, Instant, ShareId } from '#core/ids.ts'
import type { Tracking } from '#core/share.ts'
import type { Target } from '#core/target.ts'
import type { VisitClass, VisitCounts } from '#core/visit.ts'
import type { Page, PageRequest } from './page.ts'

/** What a code leads to: all that answering a visit needs. */
export interface Link {
  readonly code: Code
  readonly delivery: DeliveryId
  readonly share: ShareId
  readonly account: AccountId
  readonly target: Target
  readonly note: string
  readonly senderName: string
  /** The share's, lowered by the recipient's wish. */
  readonly tracking: Tracking
  readonly channel: ChannelName
  /** What carried it; null until it went out. */
  readonly via: Via | null
  readonly state: DeliveryState
  readonly acceptedAt: Instant | null
  readonly expiresAt: Instant | null
  /** Of the share or the delivery. */
  readonly recalled: boolean
  readonly endpoint: EndpointKey
}

/** One request of a link, as it is kept. Nothing here names a person or an address. */
export interface Visit {
  readonly delivery: DeliveryId
  readonly at: Instant
  readonly class: VisitClass
  /** Why it was classed so: `slackbot`, `head`, `purpose`, `within-10s`, `many-codes`, `doubtful`… */
  readonly why: string
  /** Hash under the day's salt; empty where the visit is not tracked. */
  readonly visitor: string
  /** Browser, system and device family; empty where the visit is not tracked. */
  readonly agent: string
  /** False: counted only (GPC, DNT, `tracking: counts`). */
  readonly tracked: boolean
}

/** A later finding: an earlier human visit, given as it was recorded, was a scanner's. */
export interface Reclass {
  readonly visit: Visit
  readonly to: 'scanner'
}

/** The visits of one group commit. (writer, seq) names it: the same batch twice is stored and counted once. */
export interface VisitBatch {
  readonly writer: string
  readonly seq: number
  readonly visits: readonly Visit[]
  readonly reclassed: readonly Reclass[]
}

/** What is counted of one delivery's visits. */
export interface DeliveryVisits {
  readonly delivery: DeliveryId
  readonly counts: VisitCounts
  readonly firstOpenedAt: Instant | null
  readonly lastVisitAt: Instant | null
  /** Human visits that were not to be tracked. */
  readonly untracked: number
  /** Every human visit there was may have been a scanner's (`why: 'doubtful…'`). */
  readonly doubtful: boolean
}

/** Days as `YYYY-MM-DD` in UTC, agents by family, over a whole share. */
export interface VisitStats {
  readonly days: readonly { readonly day: string; readonly human: number; readonly other: number }[]
  readonly agents: readonly { readonly agent: string; readonly human: number }[]
}

/** What one merge came to. */
export interface FoldResult {
  /** Batches merged by this call. */
  readonly folded: number
  /** There are more. */
  readonly more: boolean
  /** Deliveries opened by a human for the first time, and openings that were taken back. */
  readonly opened: readonly {
    delivery: DeliveryId
    share: ShareId
    account: AccountId
    via: Via | null
    at: Instant
  }[]
  readonly takenBack: readonly DeliveryId[]
}

/** Links, and the visits of them. */
export interface VisitStore {
  resolve(code: Code): Promise<Link | null>
  /**
   * Storing goes over a network: whoever records keeps batches in a spool beside it first, always, and hands
   * them on in groups, so that no visitor waits for the store.
   */
  readonly remote: boolean
  /**
   * Durable when it resolves. The log alone is written: counters follow by `fold`. A writer's batches come in
   * the order of their numbers; one that came before is ignored. After a fault the same batches come again.
   */
  append(batches: readonly VisitBatch[]): Promise<void>
  /**
   * Merges stored batches into counters, lists and statistics, each exactly once, and marks their shares as
   * changed in the same step: from ten seconds after the visit on where a mail's first open is fresher than
   * that (it may be a scanner's, and taken back), else from now on. Visits that are not tracked are counted,
   * but stand in no list, open nothing and give no agent.
   */
  fold(limit: number): Promise<FoldResult>
  /** The last sequence stored for a writer, 0 for none. Asked by the process that goes on numbering from there. */
  lastSeq(writer: string): Promise<number>
  /** Counters of a share's deliveries that were visited. */
  counters(share: ShareId): Promise<readonly DeliveryVisits[]>
  /** Tracked visits, newest first. */
  ofShare(share: ShareId, request: PageRequest): Promise<Page<Visit>>
  stats(share: ShareId): Promise<VisitStats>
  /** The day's random salt, the same for every process; made on first use. Day as `YYYY-MM-DD`. */
  salt(day: string): Promise<Uint8Array>
  /** Deletes salts older than 48 h and batches whose visits are all merged. */
  purge(): Promise<void>
}
