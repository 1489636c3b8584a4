import type { mongo } from 'mongoose'
import type { Instant, ShareId } from '#core/ids.ts'
import type { ShareStore } from '#ports/store/shares.ts'
import { markStep } from '../move-steps.ts'
import type { Changes } from './changes.ts'
import type { Database } from './database.ts'
import type { DeliveryTable, Read } from './delivery-table.ts'
import type { Mark, ShareDocument } from './share-document.ts'
import type { ShareTable } from './share-table.ts'
import type { WholeShares } from './whole-shares.ts'

export interface Marking extends Pick<ShareStore, 'mark'> {
  /** Does what is not done of the marks that were set. */
  finish(share: Pick<ShareDocument, '_id' | 'endings'>): Promise<void>
}

/** Others write the same deliveries a few times at most while they are ended. */
const TRIES = 20

/**
 * Marks the share first, with what is to be done for it, and ends its deliveries then: a claim that read the share
 * before finds its delivery changed, one that reads it later finds the mark.
 */
export function createMarking(
  db: Database,
  {
    shares,
    table,
    whole,
    changes,
  }: { shares: ShareTable; table: DeliveryTable; whole: WholeShares; changes: Changes },
): Marking {
  const { collection } = shares

  const set = async (id: ShareId, mark: Mark): Promise<boolean> => {
    const field = mark === 'cancelled' ? 'cancelledAt' : 'recalledAt'
    const ending = { $addToSet: { endings: mark } } as mongo.UpdateFilter<ShareDocument>
    const at: Instant = await db.readNow()
    const first = await db.attempt(() =>
      collection.updateOne({ _id: id, [field]: null }, { ...ending, $set: { [field]: at } }),
    )
    if (first.matchedCount === 1) return true
    const again = await db.attempt(() => collection.updateOne({ _id: id }, ending))
    return again.matchedCount === 1
  }

  const end = async (reads: readonly Read[], mark: Mark): Promise<readonly Read[]> => {
    const now = await db.readNow()
    const writes = reads.flatMap((read) => {
      const after = markStep(read.delivery, mark, now)
      return after ? [{ read, after }] : []
    })
    const held = await table.putAll(writes)
    const lost = writes.filter((_, i) => !held[i]).map(({ read }) => read.delivery.id)
    return lost.length === 0 ? [] : [...(await table.getAll(lost)).values()]
  }

  const done = async (id: ShareId, mark: Mark): Promise<void> => {
    const last = { _id: id, endings: { $size: 1, $all: [mark] } } as mongo.Filter<ShareDocument>
    const { matchedCount } = await db.attempt(() =>
      collection.updateOne(last, { $unset: { endings: 1 } }),
    )
    if (matchedCount === 1) return
    const pull = { $pull: { endings: mark } } as unknown as mongo.UpdateFilter<ShareDocument>
    await db.attempt(() => collection.updateOne({ _id: id }, pull))
  }

  const finishOne = async (id: ShareId, mark: Mark): Promise<void> => {
    let open = await whole.deliveries(id)
    for (let i = 0; i < TRIES && open.length > 0; i++) open = await end(open, mark)
    if (open.length === 0) await done(id, mark)
  }

  return {
    mark: (id, mark) =>
      changes.watch([id], async () => {
        if (!(await set(id, mark))) return false
        await finishOne(id, mark)
        return true
      }),
    async finish({ _id, endings }) {
      for (const mark of endings ?? []) await finishOne(_id, mark)
    },
  }
}
