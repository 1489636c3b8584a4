import type { ShareId } from '#core/ids.ts'
import type { Database } from './database.ts'
import type { DeliveryTable, Read } from './delivery-table.ts'
import type { Plans } from './plans.ts'
import type { ShareTable } from './share-table.ts'

/** Shares with all the deliveries that they say they have: what is unfinished is finished first. */
export interface WholeShares {
  /** By number; none for an unknown share. */
  deliveries(share: ShareId): Promise<readonly Read[]>
}

export function createWholeShares(
  db: Database,
  { table, shares, plans }: { table: DeliveryTable; shares: ShareTable; plans: Plans },
): WholeShares {
  const planned = async (id: ShareId): Promise<number> => {
    const found = await db.attempt(() =>
      shares.collection.findOne({ _id: id }, { projection: { deliveries: 1 } }),
    )
    return found?.deliveries ?? 0
  }
  return {
    async deliveries(id) {
      const [count, made] = await Promise.all([planned(id), table.made(id)])
      if (made.length >= count) return made
      await plans.finishOf(id)
      return table.made(id)
    },
  }
}
