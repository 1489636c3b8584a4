import type { Instant } from '#core/ids.ts'
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

/** What a lease says that nobody has. */
export const NOBODYS = { holder: '', until: 0 } as const

export type Leases = Pick<ConnectionStore, 'hold' | 'release'>

/**
 * Leases on names, by the server's clock as it was when `hold` was called: they are counted from there, and end no
 * later than that.
 */
export function createLeases(db: Database): Leases {
  const model = db.model('held_names', heldName)
  return {
    async hold(name, holder, leaseMs) {
      const taking = takingLease(holder, await db.readNow(), leaseMs)
      const held = await changeOrMake(db, model, { _id: name, ...NOBODYS }, [{ $set: taking }])
      return held.holder === holder
    },
    async release(name, holder) {
      // The document stays: another process may be about to take the name by it.
      await db.attempt(() => model.updateOne({ _id: name, holder }, { $set: NOBODYS }).exec())
    },
  }
}

/** Gives `holder` and `until` to who asks where they are free or the asker's already, else leaves them; in a pipeline. */
export function takingLease(holder: string, now: Instant, leaseMs: number): object {
  const free = { $or: [{ $eq: ['$holder', literal(holder)] }, { $lte: ['$until', now] }] }
  return {
    holder: { $cond: [free, literal(holder), '$holder'] },
    until: { $cond: [free, now + leaseMs, '$until'] },
  }
}
