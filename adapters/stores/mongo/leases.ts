import type { ConnectionStore } from '#ports/store/connections.ts'
import type { Database } from './database.ts'
import { documentSchema } from './schema.ts'
import { changeOrMake, literal } from './update.ts'

/** Who has a name, and until when. */
interface HeldName {
  readonly _id: string
  readonly holder: string
  readonly until: number
}

const heldName = documentSchema<HeldName>({ _id: String, holder: String, until: Number })

const NOBODYS = { holder: '', until: 0 } as const

export type Leases = Pick<ConnectionStore, 'hold' | 'release'>

/**
 * Leases on names, by the server's clock as it was when `hold` was called: they are counted from there, and end no
 * later than that.
 */
export function createLeases(db: Database): Leases {
  const model = db.model('held_names', heldName)
  return {
    async hold(name, holder, leaseMs) {
      const now = await db.readNow()
      const free = {
        $or: [{ $eq: ['$holder', literal(holder)] }, { $lte: ['$until', now] }],
      }
      const taking = {
        holder: { $cond: [free, literal(holder), '$holder'] },
        until: { $cond: [free, now + leaseMs, '$until'] },
      }
      const held = await changeOrMake(db, model, { _id: name, ...NOBODYS }, [{ $set: taking }])
      return held.holder === holder
    },
    async release(name, holder) {
      // The document stays: another process may be about to take the name by it.
      await db.attempt(() => model.updateOne({ _id: name, holder }, { $set: NOBODYS }).exec())
    },
  }
}
