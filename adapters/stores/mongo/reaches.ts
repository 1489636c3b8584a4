import { Schema } from 'mongoose'
import type { Address } from '#core/address.ts'
import type { Reach } from '#ports/channel.ts'
import type { Database } from './database.ts'
import { insertMissing } from './inserts.ts'
import { documentSchema } from './schema.ts'

/** What a channel learned about an address; `_id` is `channel/value`. */
export interface ReachDocument {
  readonly _id: string
  readonly data: Reach
}

const reachSchema = documentSchema<ReachDocument>({ _id: String, data: Schema.Types.Mixed })

export interface Reaches {
  of(addresses: readonly Address[]): Promise<(address: Address) => Reach | null>
  put(address: Address, reach: Reach): Promise<void>
  drop(address: Address): Promise<void>
  /** Puts back what was dropped, unless something was learned since. */
  restore(address: Address, reach: Reach): Promise<void>
}

export function createReaches(db: Database): Reaches {
  const collection = db.collection('reaches', reachSchema)
  return {
    async of(addresses) {
      const filter = { _id: { $in: addresses.map(reachId) } }
      const found = await db.attempt(() => collection.find(filter).toArray())
      const known = new Map(found.map(({ _id, data }) => [_id, data]))
      return (address) => known.get(reachId(address)) ?? null
    },
    async put(address, data) {
      const filter = { _id: reachId(address) }
      await db.attempt(() => collection.updateOne(filter, { $set: { data } }, { upsert: true }))
    },
    async drop(address) {
      await db.attempt(() => collection.deleteOne({ _id: reachId(address) }))
    },
    async restore(address, data) {
      await db.attempt(() => insertMissing(collection, [{ _id: reachId(address), data }]))
    },
  }
}

export function reachId({ channel, value }: Address): string {
  return `${channel}/${value}`
}
