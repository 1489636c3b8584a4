import type { Account, Contact } from '#core/account.ts'
import type { Address } from '#core/address.ts'
import type { Identity, PlatformUserKey } from '#core/identity.ts'
import type { AccountId, DeliveryId, EndpointKey, Instant, ShareId } from '#core/ids.ts'
import type { Rendered } from '#core/message/message.ts'
import type { Delivery, Share } from '#core/share.ts'
import type { Reach, Receipt } from '../channel.ts'
import type { ApiToken, TicketPurpose } from './accounts.ts'
import type { ConnectionState } from './connections.ts'
import type { Suppression } from './consent.ts'
import type { StatusMessage, StoredConversation } from './conversations.ts'
import type { LinkAttempt } from './identities.ts'
import type { Person } from './people.ts'
import type { KeptReply, NewAnswer } from './replies.ts'
import type { DeliveryVisits, Visit } from './visits.ts'

/** Everything that a store keeps, kind by kind, as it is: for moving it into another store. */
export interface ArchiveRecords {
  readonly account: { readonly account: Account; readonly passwordHash: string | null }
  readonly session: {
    readonly keyHash: string
    readonly account: AccountId | null
    readonly data: string
    readonly createdAt: Instant
    readonly seenAt: Instant
    readonly agent: string
    readonly until: Instant
  }
  readonly token: { readonly hash: string; readonly token: ApiToken }
  readonly ticket: {
    readonly hash: string
    readonly purpose: TicketPurpose
    readonly subject: string
    readonly until: Instant
  }
  readonly identity: Identity
  readonly attempt: LinkAttempt
  readonly person: Person
  readonly conversation: ArchivedConversation
  readonly status: ArchivedStatus
  readonly contact: Contact
  readonly notes: { readonly account: AccountId; readonly notes: readonly string[] }
  readonly suppression: Suppression
  readonly untracked: { readonly endpoint: EndpointKey }
  readonly down: ConnectionState
  readonly reach: { readonly address: Address; readonly reach: Reach }
  readonly sender: ArchivedSender
  readonly known: { readonly account: AccountId; readonly endpoint: EndpointKey }
  readonly share: ArchivedShare
  readonly delivery: ArchivedDelivery
  readonly endpoint: ArchivedEndpoint
  /** `nth`: the order in which they came. */
  readonly parked: Receipt & { readonly at: Instant; readonly nth: number }
  readonly kept: {
    readonly delivery: DeliveryId
    readonly at: Instant
    readonly rendered: Rendered
    readonly link: string
  }
  readonly reply: ArchivedReply
  readonly tally: ArchivedTally
  readonly statistics: ArchivedStatistics
  readonly listed: ArchivedVisits
  /** How far each writer's batches are merged: all of them, in an archive. */
  readonly writer: { readonly writer: string; readonly seq: number }
  readonly salt: { readonly day: string; readonly salt: Uint8Array; readonly madeAt: Instant }
}

/** A conversation, and when somebody wrote in it last. */
export interface ArchivedConversation extends StoredConversation {
  readonly user: PlatformUserKey
  readonly at: Instant
}

/** A status message, and when it came to show what it does. */
export interface ArchivedStatus {
  readonly status: StatusMessage
  readonly changedAt: Instant
}

/** A reply with what is owed for it. */
export interface ArchivedReply {
  readonly reply: KeptReply
  /** What the answer was owed once by; null where none was. */
  readonly key: string | null
  /** Its place among the answers of its budget, from 1 on; null where it was counted with none. */
  readonly turn: { readonly budget: string; readonly nth: number } | null
  readonly answer:
    | (Pick<NewAnswer, 'kind' | 'channel'> & {
        /** Null once nothing is left to do. */
        readonly dueAt: Instant | null
        readonly epoch: number
        readonly isHeld: boolean
        readonly attempts: number
        readonly unknowns: number
      })
    | null
}

/** What an account sent. */
export interface ArchivedSender {
  readonly account: AccountId
  /** How many shares, and when the last one was made. */
  readonly shares: number
  readonly lastShareAt: Instant
  /** The last day that its quota counts, and what was used on it. */
  readonly day: string
  readonly messages: number
  readonly newEndpoints: number
}

/** A share with what later requests for it go by. */
export interface ArchivedShare {
  readonly share: Share
  /** Its place among the account's shares in the order of time, from 1. */
  readonly nth: number
  /** The number of the next delivery that is added. */
  readonly nextN: number
  /** Idempotency keys that it was accepted or extended under. */
  readonly keys: readonly {
    readonly key: string
    readonly hash: string
    readonly until: Instant
  }[]
}

/** A delivery with what only stores know of it. What was being sent is `sending` and due: an interrupted send. */
export interface ArchivedDelivery {
  readonly delivery: Delivery
  readonly holder: string | null
  readonly countedAt: Instant | null
}

/** What was sent to one endpoint, by all senders. */
export interface ArchivedEndpoint {
  readonly endpoint: EndpointKey
  /** A message was taken for it. */
  readonly contacted: boolean
  /** The last deliveries that count against its cap, by time. */
  readonly counted: readonly {
    readonly delivery: DeliveryId
    readonly account: AccountId
    readonly at: Instant
  }[]
}

/** So many are kept of each endpoint, where no cap asks for more: as many as any of a reasonable size counts. */
export const COUNTED_KEPT = 200

/** The counters of one delivery; `doubtful` as a number of visits. */
export interface ArchivedTally {
  readonly delivery: DeliveryId
  readonly counts: DeliveryVisits['counts']
  readonly untracked: number
  readonly doubtful: number
  readonly firstOpenedAt: Instant | null
  readonly lastVisitAt: Instant | null
}

/** A list of visits is divided into parts of so many; the last one, which is not full, is its head. */
export const VISITS_PER_PART = 64

/** What is known of a share's visits. By day, human ones and others; by agent, human ones. */
export interface ArchivedStatistics {
  readonly share: ShareId
  readonly days: Readonly<Record<string, readonly [human: number, other: number]>>
  readonly agents: Readonly<Record<string, number>>
  /** Tracked visits, those of the head among them. */
  readonly listed: number
  readonly head: readonly Visit[]
}

/** A full part of a share's tracked visits, in the order they were merged; counted from 0. */
export interface ArchivedVisits {
  readonly share: ShareId
  readonly part: number
  readonly visits: readonly Visit[]
}

export type ArchiveKind = keyof ArchiveRecords

/** Every kind, in the order they are copied in: what others refer to comes first. */
export const ARCHIVE_KINDS = [
  'account',
  'session',
  'token',
  'ticket',
  'identity',
  'attempt',
  'person',
  'conversation',
  'contact',
  'notes',
  'suppression',
  'untracked',
  'down',
  'reach',
  'known',
  'sender',
  'share',
  'delivery',
  'status',
  'endpoint',
  'parked',
  'kept',
  'reply',
  'tally',
  'statistics',
  'listed',
  'writer',
  'salt',
] as const satisfies readonly ArchiveKind[]

/** Some records, and where the next ones begin. */
export interface ArchivePage<K extends ArchiveKind> {
  readonly records: readonly ArchiveRecords[K][]
  readonly position: ArchivePosition
}

/** Opaque to callers; a text that can be kept. */
export type ArchivePosition = string

/** A store that is read from end to end while nobody else is at work on it. Faults throw `unavailable`. */
export interface ArchiveSource {
  count(kind: ArchiveKind): Promise<number>
  /** From a position on, or all; in the same order each time. */
  read<K extends ArchiveKind>(kind: K, after: ArchivePosition | null): AsyncIterable<ArchivePage<K>>
}

/** How far a move into a store came: null where nothing of the kind was copied yet. */
export type MovePositions = (kind: ArchiveKind) => ArchivePosition | null

/** A store that is filled from another one. Until `finish` no process may work on it, and stores refuse to open. */
export interface ArchiveTarget {
  /** Where it is, for messages. */
  readonly place: string
  /**
   * Begins a move from the source of that name, or takes it up where it stood. `finished`: all of it is here
   * already, and may be in use. Throws `conflict` where the store holds other data, or somebody is at work on it.
   */
  begin(source: string): Promise<MovePositions | 'finished'>
  /** Stores the records and notes how far it came. The same records again change nothing. */
  write<K extends ArchiveKind>(kind: K, page: ArchivePage<K>): Promise<void>
  /** Every record, in any order. */
  read<K extends ArchiveKind>(kind: K): AsyncIterable<readonly ArchiveRecords[K][]>
  /** Forgets all that was copied, to begin anew. */
  clear(): Promise<void>
  /** From here the store is one to work with. */
  finish(): Promise<void>
}
