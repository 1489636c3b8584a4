import type { AccountStore, ContactStore } from './accounts.ts'
import type { ConnectionStore, OutboxStore } from './connections.ts'
import type { ConsentStore } from './consent.ts'
import type { ConversationStore } from './conversations.ts'
import type { DeliveryStore } from './deliveries.ts'
import type { IdentityStore } from './identities.ts'
import type { PeopleStore } from './people.ts'
import type { ReplyStore } from './replies.ts'
import type { ShareStore } from './shares.ts'
import type { VisitStore } from './visits.ts'

/**
 * The only truth. Each method is one use case that an adapter makes whole in its own way: a transaction where
 * there is one, an order of single-document writes that a sweep can finish where there is none. Times are
 * durations from the store's own clock; only `sendAt` and `expiresAt` are instants. What a reader may see
 * between two steps is right, or marked unfinished. Faults throw; a store that cannot answer in time throws
 * PassalongError `unavailable`.
 */
export interface Store {
  readonly accounts: AccountStore
  readonly identities: IdentityStore
  readonly contacts: ContactStore
  readonly people: PeopleStore
  readonly conversations: ConversationStore
  readonly shares: ShareStore
  readonly deliveries: DeliveryStore
  readonly visits: VisitStore
  readonly consent: ConsentStore
  readonly replies: ReplyStore
  readonly connections: ConnectionStore
  readonly outbox: OutboxStore
  /** Throws where reading and writing do not work now. */
  check(): Promise<void>
  close(): Promise<void>
}
