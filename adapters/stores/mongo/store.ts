import type { RandomBytes } from '#core/ids.ts'
import type { Logger } from '#ports/logger.ts'
import type { Store } from '#ports/store/store.ts'
import { createMongoAccounts } from './accounts.ts'
import { runAll } from './chores.ts'
import { createMongoConnections } from './connections.ts'
import { createMongoConsent } from './consent.ts'
import { createMongoContacts } from './contacts.ts'
import { createMongoConversations } from './conversations.ts'
import { type Database, type MongoPlace, openDatabase } from './database.ts'
import { createMongoIdentities } from './identities.ts'
import { createLeases } from './leases.ts'
import { migrate } from './migrations.ts'
import { refuseHalfMoved } from './move-state.ts'
import { createMongoOutbox } from './outbox.ts'
import { createMongoPeople } from './people.ts'
import { createMongoSharing, createSharingTables, recipientsOf } from './sharing.ts'
import { createMongoVisits } from './visits.ts'

export interface MongoDeps {
  readonly logger: Logger
  readonly randomBytes: RandomBytes
  /** The store's time as an expression, in ms; the server's clock where left out. Tests let it pass by this. */
  readonly now?: () => object
}

/**
 * The store of several processes, on a server that speaks MongoDB's protocol. One document is what is written
 * whole; each use case says what a crash between two of them leaves, and who finishes it. There are no
 * transactions, which stand-alone and compatible servers do not have.
 * Throws `unavailable` within three seconds where no server answers, `conflict` where a newer release wrote or a move
 * has brought only a part yet.
 */
export async function createMongoStore(place: MongoPlace, deps: MongoDeps): Promise<Store> {
  const db = await openDatabase(place, deps.now)
  try {
    await migrate(db, deps.logger)
    await refuseHalfMoved(db)
    return composeStore(db, deps)
  } catch (error) {
    await db.close()
    throw error
  }
}

/** The parts of the store over an open database that is of this version. */
export function composeStore(db: Database, { randomBytes }: Pick<MongoDeps, 'randomBytes'>): Store {
  const tables = createSharingTables(db)
  const leases = createLeases(db)
  const accounts = createMongoAccounts(db)
  const consent = createMongoConsent(db)
  const visits = createMongoVisits(db, {
    sources: { deliveries: tables.deliveries, shares: tables.shares, accounts, consent },
    changes: tables.changes,
    leases,
    randomBytes,
  })
  const { opened: openedCounts } = visits
  const identities = createMongoIdentities(db)
  const forgetEnded = (limit: number): Promise<void> =>
    runAll([() => accounts.forgetEnded(limit), () => identities.forgetEnded(limit)])
  return {
    accounts,
    identities,
    contacts: createMongoContacts(db),
    people: createMongoPeople(db),
    conversations: createMongoConversations(db, tables.shares),
    ...createMongoSharing(db, tables, { consent, openedCounts, forgetEnded }),
    visits,
    consent,
    connections: createMongoConnections(db, leases),
    outbox: createMongoOutbox(db, recipientsOf(db, tables.deliveries)),
    check: () => db.check(),
    close: () => db.close(),
  }
}
