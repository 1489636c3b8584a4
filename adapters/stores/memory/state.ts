import type { Account, Contact } from '#core/account.ts'
import type { Address } from '#core/address.ts'
import type { Identity } from '#core/identity.ts'
import type {
  AccountId,
  Code,
  ContactId,
  DeliveryId,
  Instant,
  ReplyId,
  ShareId,
} from '#core/ids.ts'
import type { Rendered } from '#core/message/message.ts'
import type { Share } from '#core/share.ts'
import type { Reach, Receipt } from '#ports/channel.ts'
import type { ApiToken, StoredSession, TicketPurpose } from '#ports/store/accounts.ts'
import type { ConnectionState } from '#ports/store/connections.ts'
import type { Suppression } from '#ports/store/consent.ts'
import type { LinkAttempt } from '#ports/store/identities.ts'
import type { Person } from '#ports/store/people.ts'
import { arrivalsOf } from '../arrival-steps.ts'
import type { QuotaUse } from '../quota.ts'
import type { StoredDelivery } from '../stored-delivery.ts'
import type { KeptConversation, KeptStatus } from './conversations.ts'
import type { StoredReply } from './replies.ts'

interface Parked extends Receipt {
  readonly at: Instant
}

interface KeptSession extends StoredSession {
  readonly account: AccountId | null
  readonly data: string
  readonly until: Instant
}

/** Everything a memory store holds. Records are replaced, never changed in place. */
export interface MemoryState {
  readonly accounts: Map<AccountId, Account>
  readonly passwords: Map<AccountId, string>
  readonly sessions: Map<string, KeptSession>
  /** By hash. */
  readonly tokens: Map<string, ApiToken>
  /** By hash. */
  readonly tickets: Map<string, { purpose: TicketPurpose; subject: string; until: Instant }>
  /** By user. */
  readonly identities: Map<string, Identity>
  /** By who began it. */
  readonly linkAttempts: Map<string, LinkAttempt>
  /** By user. */
  readonly people: Map<string, Person>
  /** By user. */
  readonly conversations: Map<string, KeptConversation>
  /** By share and chat. */
  readonly statuses: Map<string, KeptStatus>
  readonly contacts: Map<ContactId, Contact>
  readonly notes: Map<AccountId, readonly string[]>

  readonly shares: Map<ShareId, Share>
  readonly deliveries: Map<DeliveryId, StoredDelivery>
  /** A share's deliveries by number. */
  readonly ofShare: Map<ShareId, readonly DeliveryId[]>
  readonly byCode: Map<Code, DeliveryId>
  /** Shares that changed since their revision was last raised. */
  readonly changed: Set<ShareId>
  /** The same from a later time on, by share and time. */
  readonly changedLater: Map<string, { readonly share: ShareId; readonly from: number }>
  /** By account and key. */
  readonly keys: Map<string, { hash: string; share: ShareId; until: Instant }>
  /** By account and day. */
  readonly quota: Map<string, QuotaUse>
  /** Endpoints that an account wrote to, by account and endpoint. */
  readonly known: Set<string>

  /** By connection and provider id. */
  readonly providerRefs: Map<string, DeliveryId>
  /** By connection, provider id and state, in the order they came. */
  readonly parked: Map<string, Parked>
  /** By address. */
  readonly reach: Map<string, Reach>
  /** By endpoint, account and kind. */
  readonly suppressions: Map<string, Suppression>
  readonly untracked: Set<string>
  readonly down: Map<string, ConnectionState>
  readonly held: Map<string, { holder: string; until: Instant }>
  readonly outbox: Map<DeliveryId, { at: Instant; rendered: Rendered; link: string }>
  readonly replies: Map<ReplyId, StoredReply>
}

/** What the parts of a memory store share. */
export interface MemoryDeps {
  readonly state: MemoryState
  /** The store's clock; never runs backwards. */
  readonly now: () => Instant
  readonly randomBytes: (size: number) => Uint8Array
}

export function emptyState(): MemoryState {
  return {
    accounts: new Map(),
    passwords: new Map(),
    sessions: new Map(),
    tokens: new Map(),
    tickets: new Map(),
    identities: new Map(),
    linkAttempts: new Map(),
    people: new Map(),
    conversations: new Map(),
    statuses: new Map(),
    contacts: new Map(),
    notes: new Map(),
    shares: new Map(),
    deliveries: new Map(),
    ofShare: new Map(),
    byCode: new Map(),
    changed: new Set(),
    changedLater: new Map(),
    keys: new Map(),
    quota: new Map(),
    known: new Set(),
    providerRefs: new Map(),
    parked: new Map(),
    reach: new Map(),
    suppressions: new Map(),
    untracked: new Set(),
    down: new Map(),
    held: new Map(),
    outbox: new Map(),
    replies: new Map(),
  }
}

/** A key of several parts; none of them holds a NUL. */
export function keyOf(...parts: readonly string[]): string {
  return parts.join('\0')
}

export function addressKey(address: Address): string {
  return keyOf(address.channel, address.value)
}

/** A share's deliveries by number; none for an unknown share. */
export function deliveriesOf(state: MemoryState, share: ShareId): readonly StoredDelivery[] {
  const ids = state.ofShare.get(share) ?? []
  return ids.flatMap((id) => state.deliveries.get(id) ?? [])
}

/** Writes a delivery and marks its share as changed. */
export function putDelivery(state: MemoryState, delivery: StoredDelivery): void {
  state.deliveries.set(delivery.id, { ...delivery, arrivals: arrivalsOf(delivery) })
  state.changed.add(delivery.share)
}
