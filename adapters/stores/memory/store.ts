import type { Clock } from '#ports/clock.ts'
import type { Store } from '#ports/store/store.ts'
import { steadyClock } from '../steady-clock.ts'
import { createMemoryAccounts } from './accounts.ts'
import { createMemoryConnections } from './connections.ts'
import { createMemoryConsent } from './consent.ts'
import { createMemoryContacts } from './contacts.ts'
import { createMemoryConversations } from './conversations.ts'
import { createMemoryDeliveries } from './deliveries.ts'
import { createMemoryIdentities } from './identities.ts'
import { createMemoryOutbox } from './outbox.ts'
import { createMemoryPeople } from './people.ts'
import { createMemoryReplies } from './replies.ts'
import { createMemoryShares } from './shares.ts'
import { emptyState, type MemoryDeps } from './state.ts'
import { createMemoryVisits } from './visits.ts'

/**
 * Keeps everything in this process and forgets it with it: the readable reference of the Store port, for
 * tests and for trying things. Each method runs without a pause, and so is whole.
 */
export function createMemoryStore(
  _config: Readonly<Record<string, never>>,
  deps: { readonly clock: Clock; readonly randomBytes: (size: number) => Uint8Array },
): Store {
  const parts: MemoryDeps = {
    state: emptyState(),
    now: steadyClock(deps.clock),
    randomBytes: deps.randomBytes,
  }
  const visits = createMemoryVisits(parts)
  return {
    accounts: createMemoryAccounts(parts),
    identities: createMemoryIdentities(parts),
    contacts: createMemoryContacts(parts),
    people: createMemoryPeople(parts),
    conversations: createMemoryConversations(parts),
    shares: createMemoryShares(parts, visits.openedCount),
    deliveries: createMemoryDeliveries(parts),
    visits,
    consent: createMemoryConsent(parts),
    replies: createMemoryReplies(parts),
    connections: createMemoryConnections(parts),
    outbox: createMemoryOutbox(parts),
    async check() {},
    async close() {},
  }
}
