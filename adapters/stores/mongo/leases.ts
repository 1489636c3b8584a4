import type { ConnectionStore } from '#ports/store/connections.ts'
import type { Database } from './database.ts'
import { isTaken } from './faults.ts'
import { documentSchema } from './schema.ts'
import { literal, UPSERTED } from './update.ts'

/** Who has a name, and until when. */
interface HeldName {
  readonly _id: string
  readonly holder: string
  readonly until: number
}

const heldName = documentSchema<HeldName>({ _id: String, holder: String, until: Number })

export type Leases = Pick<ConnectionStore, 'hold' | 'release'>

/** Leases on names, by the server's clock. */
export function createLeases(db: Database): Leases {
  const model = db.model('held_names', heldName)
  return {
    async hold(name, holder, leaseMs) {
      const now = db.now()
      const free = {
        $or: [{ $eq: ['$holder', literal(holder)] }, { $lte: [{ $ifNull: ['$until', 0] }, now] }],
      }
      const taking = {
        holder: { $cond: [free, literal(holder), '$holder'] },
        until: { $cond: [free, { $add: [now, leaseMs] }, '$until'] },
      }
      try {
        const held = await db.attempt(() =>
          model.findOneAndUpdate({ _id: name }, [{ $set: taking }], UPSERTED).exec(),
        )
        return held?.holder === holder
      } catch (error) {
        // Another one made the document in the same moment.
        if (isTaken(error)) return false
        throw error
      }
    },
    async release(name, holder) {
      await db.attempt(() => model.deleteOne({ _id: name, holder }).exec())
    },
  }
}
