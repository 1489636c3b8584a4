import type { ShareId } from '#core/ids.ts'
import type { Clock } from '#ports/clock.ts'
import type { Store } from '#ports/store/store.ts'
import { steadyClock } from '../steady-clock.ts'
import { createSqliteAccounts } from './accounts.ts'
import { createSqliteConnections } from './connections.ts'
import { createSqliteConsent } from './consent.ts'
import { createSqliteContacts } from './contacts.ts'
import { createSqliteConversations } from './conversations.ts'
import { holdDataFolder, type SqlitePlace } from './data-folder.ts'
import { type Database, openDatabase } from './database.ts'
import { createSqliteDeliveries } from './deliveries.ts'
import { createDeliveryTable } from './delivery-table.ts'
import { asUnavailable } from './faults.ts'
import { createSqliteIdentities } from './identities.ts'
import { createSqliteOutbox } from './outbox.ts'
import { createSqlitePeople } from './people.ts'
import { createReachTable } from './reach-table.ts'
import { createReceipts } from './receipts.ts'
import { createSqliteReplies } from './replies.ts'
import { createSqliteShares } from './shares.ts'
import { createSqliteVisits } from './visits.ts'

export interface SqliteDeps {
  readonly clock: Clock
  readonly randomBytes: (size: number) => Uint8Array
}

/**
 * The embedded store: one process, one file in WAL mode, each use case one transaction.
 * Throws `conflict` where another process uses the folder or a newer release wrote it.
 */
export function createSqliteStore(place: SqlitePlace, deps: SqliteDeps): Store {
  const held = holdDataFolder(place)
  let db: Database | undefined
  try {
    db = openDatabase(held.database, steadyClock(deps.clock))
    return composeStore(db, deps, held.release)
  } catch (error) {
    db?.close()
    held.release()
    throw asUnavailable(error)
  }
}

/** The parts of the store over an open database; `release` gives the folder back. */
export function composeStore(db: Database, deps: SqliteDeps, release: () => void): Store {
  endLeases(db)
  const table = createDeliveryTable(db)
  const reach = createReachTable(db)
  const receipts = createReceipts(db, table)
  const replies = createSqliteReplies(db)
  const visits = createSqliteVisits(db, deps)
  const { openedCount } = visits
  const check = db.prepare('UPDATE held_name SET until_at = until_at WHERE name = ?')
  const closeAll = async (): Promise<void> => {
    await visits.close()
    db.close()
    release()
  }
  let closing: Promise<void> | undefined
  return {
    accounts: createSqliteAccounts(db),
    identities: createSqliteIdentities(db),
    contacts: createSqliteContacts(db),
    people: createSqlitePeople(db),
    conversations: createSqliteConversations(db),
    shares: createSqliteShares(db, { table, reach, receipts, replies, openedCount }),
    deliveries: createSqliteDeliveries(db, table, reach, receipts),
    visits,
    consent: createSqliteConsent(db),
    replies,
    connections: createSqliteConnections(db),
    outbox: createSqliteOutbox(db, table),
    async check() {
      await db.write(() => check.run(''))
    },
    close() {
      closing ??= closeAll()
      return closing
    },
  }
}

/** Reads the index of what is due from end to end, once. */
const HELD = `
  SELECT share, n FROM delivery INDEXED BY delivery_due
  WHERE due_at IS NOT NULL AND state = 'sending'`

/**
 * Nobody else can be at work in this folder, so whoever held a lease is gone. What was being sent is due at
 * once and stays `sending`: the next claim calls it interrupted.
 */
function endLeases(db: Database): void {
  const held = db.prepare(HELD).all() as unknown as { share: ShareId; n: number }[]
  const due = db.prepare('UPDATE delivery SET due_at = ? WHERE share = ? AND n = ?')
  for (const { share, n } of held) due.run(db.now(), share, n)
  db.prepare('DELETE FROM held_name').run()
}
