import type { DeliveryId } from '#core/ids.ts'
import type { DeliveryStore } from '#ports/store/deliveries.ts'
import type { ReplyStore } from '#ports/store/replies.ts'
import type { ShareStore } from '#ports/store/shares.ts'
import { type Changes, createChanges } from './changes.ts'
import type { MongoConsent } from './consent.ts'
import type { Database } from './database.ts'
import { createMongoDeliveries } from './deliveries.ts'
import { createDeliveryTable, type DeliveryTable } from './delivery-table.ts'
import { createEndpoints } from './endpoints.ts'
import { createKeys } from './keys.ts'
import { createKnown } from './known.ts'
import type { RecipientsOf } from './outbox.ts'
import { createPlans } from './plans.ts'
import { createReaches } from './reaches.ts'
import { createReceipts } from './receipts.ts'
import { createMongoReplies } from './replies.ts'
import { createSenders } from './senders.ts'
import { createShareLists } from './share-lists.ts'
import { createShareTable, type ShareTable } from './share-table.ts'
import { createMongoShares, type SharesDeps } from './shares.ts'
import { createDropUnused } from './unused-reaches.ts'
import { createWholeShares } from './whole-shares.ts'

/** The documents that other parts of the store read too. */
export interface SharingTables {
  readonly changes: Changes
  readonly shares: ShareTable
  readonly deliveries: DeliveryTable
}

export function createSharingTables(db: Database): SharingTables {
  const changes = createChanges(db)
  return { changes, shares: createShareTable(db), deliveries: createDeliveryTable(db, changes) }
}

export type SharingDeps = Pick<SharesDeps, 'openedCounts' | 'forgetEnded'> & {
  readonly consent: Pick<MongoConsent, 'ofAll'>
}

/** Shares and their deliveries: the parts of the store that hang together. */
export function createMongoSharing(
  db: Database,
  { changes, shares, deliveries: table }: SharingTables,
  { consent, openedCounts, forgetEnded }: SharingDeps,
): {
  readonly shares: ShareStore
  readonly deliveries: DeliveryStore
  readonly replies: ReplyStore
} {
  const known = createKnown(db)
  const senders = createSenders(db)
  const endpoints = createEndpoints(db)
  const reaches = createReaches(db)
  const plans = createPlans(db, shares.collection, table, known)
  const keys = createKeys(db, shares.collection)
  const receipts = createReceipts(db, table, endpoints)
  const replies = createMongoReplies(db, changes)
  const whole = createWholeShares(db, { table, shares, plans })
  const lists = createShareLists(db, shares, senders)
  const dropUnused = createDropUnused(db, { table, reaches })
  const parts = { changes, shares, table, known, senders, endpoints, reaches, plans, keys }
  const all = {
    ...parts,
    receipts,
    replies,
    whole,
    lists,
    dropUnused,
    consent,
    openedCounts,
    forgetEnded,
  }
  return {
    shares: createMongoShares(db, all),
    deliveries: createMongoDeliveries(db, all),
    replies,
  }
}

/** Who the deliveries go to, as written. */
export function recipientsOf(db: Database, { collection }: DeliveryTable): RecipientsOf {
  return async (ids) => {
    const query = collection
      .find({ _id: { $in: [...ids] } })
      .project<{ _id: DeliveryId; recipient?: string }>({ recipient: 1 })
    const found = await db.attempt(() => query.toArray())
    return new Map(found.map(({ _id, recipient }) => [_id, recipient ?? null]))
  }
}
