import type { ShareId } from '#core/ids.ts'
import type { ShareStore } from '#ports/store/shares.ts'
import { blankStep, type StoredDelivery } from '../stored-delivery.ts'
import type { Database } from './database.ts'
import type { DeliveryTable } from './delivery-table.ts'
import type { ReachTable } from './reach-table.ts'
import type { Receipts } from './receipts.ts'
import type { SqliteReplies } from './replies.ts'

/** Forgets what need not be known any more. */
export function createBlanking(
  db: Database,
  parts: {
    readonly table: DeliveryTable
    readonly reach: ReachTable
    readonly receipts: Receipts
    readonly replies: Pick<SqliteReplies, 'blankTo'>
  },
): Pick<ShareStore, 'blank' | 'repair'> {
  const { table, reach, receipts, replies } = parts
  const old = db.prepare(`
    SELECT share, n FROM delivery
    WHERE final_at IS NOT NULL AND final_at <= ? AND recipient IS NOT NULL
    ORDER BY final_at LIMIT ?`)
  const dropKept = db.prepare('DELETE FROM outbox WHERE delivery = ?')
  const lapsed = ['idempotency', 'session', 'ticket', 'link_attempt'].map((name) =>
    db.prepare(`DELETE FROM ${name} WHERE until_at <= ?`),
  )

  const blank = (delivery: StoredDelivery): void => {
    table.put(delivery, blankStep(delivery))
    receipts.forget(delivery)
    dropKept.run(delivery.id)
    replies.blankTo(delivery.id)
    const { address, endpoint } = delivery
    if (address) reach.dropUnused(address, endpoint)
  }

  return {
    blank: (afterMs, limit) =>
      db.write(() => {
        const rows = old.all(db.now() - afterMs, limit) as unknown as {
          share: ShareId
          n: number
        }[]
        for (const { share, n } of rows) {
          const delivery = table.at(share, n)
          if (delivery) blank(delivery)
        }
        return rows.length
      }),
    /** Every commit here is whole; only what lapsed is forgotten. */
    repair: () =>
      db.write(() => {
        for (const statement of lapsed) statement.run(db.now())
        return 0
      }),
  }
}
