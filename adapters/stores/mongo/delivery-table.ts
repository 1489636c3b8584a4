import type { mongo } from 'mongoose'
import { PassalongError } from '#core/errors.ts'
import type { DeliveryId, Instant, ShareId } from '#core/ids.ts'
import type { StoredDelivery } from '../stored-delivery.ts'
import type { Changes } from './changes.ts'
import type { Database } from './database.ts'
import {
  type DeliveryDocument,
  type DeliveryFields,
  deliveryOf,
  deliverySchema,
  fieldsOf,
  rangeOf,
} from './delivery-document.ts'
import { insertMissing } from './inserts.ts'
import { portionsOf } from './portions.ts'
import { createStamped, type StampedWrite } from './stamped.ts'
import { withinPart } from './update.ts'

/** A delivery as it was read. */
export interface Read {
  readonly document: DeliveryDocument
  readonly delivery: StoredDelivery
}

/** What is to become of a delivery that was read. */
export interface Write {
  readonly read: Read
  readonly after: StoredDelivery
}

/** What a step made of a delivery. */
export interface Stepped {
  readonly before: StoredDelivery
  readonly after: StoredDelivery
}

/** The documents of deliveries. */
export interface DeliveryTable {
  readonly collection: mongo.Collection<DeliveryDocument>
  get(id: DeliveryId): Promise<Read | undefined>
  getAll(ids: readonly DeliveryId[]): Promise<ReadonlyMap<DeliveryId, Read>>
  find(filter: mongo.Filter<DeliveryDocument>, limit?: number): Promise<readonly Read[]>
  /** Those that are made by now, by number. */
  made(share: ShareId): Promise<readonly Read[]>
  /** Makes deliveries; those that are made already stay as they are. */
  insert(deliveries: readonly StoredDelivery[]): Promise<void>
  /** Writes each that still stands as it was read; true where it did. Their shares count as changed. */
  putAll(writes: readonly Write[]): Promise<readonly boolean[]>
  /** Reads, steps and writes until the write holds. Undefined: not there, or the step does nothing. */
  change(
    id: DeliveryId,
    step: (delivery: StoredDelivery, now: Instant) => StoredDelivery | undefined,
  ): Promise<Stepped | undefined>
}

/** Others write the same delivery a few times at most while one tries. */
const TRIES = 20

export function createDeliveryTable(db: Database, changes: Changes): DeliveryTable {
  const collection = db.collection('deliveries', deliverySchema)
  const stamped = createStamped(db, collection)

  const find: DeliveryTable['find'] = async (filter, limit = 0) => {
    const found = await db.attempt(() => collection.find(filter).limit(limit).toArray())
    return found.map(readOf)
  }

  const get = async (id: DeliveryId): Promise<Read | undefined> => {
    const found = await db.attempt(() => collection.findOne({ _id: id }))
    return found ? readOf(found) : undefined
  }

  const putAll = async (writes: readonly Write[]): Promise<readonly boolean[]> => {
    const held: boolean[] = []
    for (const some of portionsOf(writes, db.portion)) {
      const shares = some.map(({ after }) => after.share)
      held.push(...(await changes.watch(shares, () => stamped.putAll(some.map(writeOf)))))
    }
    return held
  }

  return {
    collection,
    find,
    get,
    putAll,
    async getAll(ids) {
      const found = await find({ _id: { $in: [...ids] } })
      return new Map(found.map((read) => [read.delivery.id, read]))
    },
    async made(share) {
      const found = await find({ _id: rangeOf(share) } as mongo.Filter<DeliveryDocument>)
      return found.toSorted((a, b) => a.delivery.n - b.delivery.n)
    },
    async insert(deliveries) {
      const stamp = stamped.newStamp()
      for (const some of portionsOf(deliveries, db.portion)) {
        const documents = some.map((delivery) => ({ ...fieldsOf(delivery), stamp }))
        await db.attempt(() => insertMissing(collection, documents))
      }
    },
    async change(id, step) {
      for (let i = 0; i < TRIES; i++) {
        const [read, now] = await Promise.all([get(id), db.readNow()])
        const after = read && step(read.delivery, now)
        if (!after) return undefined
        const [held] = await putAll([{ read, after }])
        if (held) return { before: read.delivery, after }
      }
      throw new PassalongError('internal', 'A delivery was written too often at a time.')
    },
  }
}

function readOf(document: DeliveryDocument): Read {
  return { document, delivery: deliveryOf(document) }
}

/** Names what changed alone, within parts too, so that fields of a newer release stay. */
function writeOf({ read, after }: Write): StampedWrite {
  const old: DeliveryFields = fieldsOf(read.delivery)
  const next: DeliveryFields = fieldsOf(after)
  const before = pathsOf(old)
  const changed = Object.entries(pathsOf(next)).filter(
    ([path, value]) => JSON.stringify(value) !== JSON.stringify(before[path]),
  )
  return {
    before: read.document,
    set: Object.fromEntries(changed),
    unset: Object.keys(old).filter((path) => !(path in next)),
  }
}

function pathsOf({ due, sweep, ...fields }: DeliveryFields): Readonly<Record<string, unknown>> {
  return {
    ...fields,
    ...(due ? withinPart('due', due) : {}),
    ...(sweep ? withinPart('sweep', sweep) : {}),
  }
}
