import type { mongo } from 'mongoose'
import type { Reason, ReceiptVerdict } from '#core/delivery.ts'
import type { Instant } from '#core/ids.ts'
import type { Receipt } from '#ports/channel.ts'
import type { DeliveryStore } from '#ports/store/deliveries.ts'
import { receiptStep } from '../settle-steps.ts'
import { type StoredDelivery, viewOf } from '../stored-delivery.ts'
import type { Database } from './database.ts'
import { type DeliveryDocument, refKey } from './delivery-document.ts'
import type { DeliveryTable } from './delivery-table.ts'
import type { Endpoints } from './endpoints.ts'
import { deletePage } from './forget.ts'
import { insertMissing } from './inserts.ts'
import { documentSchema } from './schema.ts'

/** A receipt that waits for its delivery; `_id` is its `refKey` and its state. */
export interface ParkedDocument {
  readonly _id: string
  readonly ref: string
  readonly state: ReceiptVerdict['state']
  readonly reason: Reason | null
  readonly detail: string | null
  readonly at: Instant
  /** Tells those of one process apart that came in the same millisecond. */
  readonly seq: number
}

const parkedSchema = documentSchema<ParkedDocument>({
  _id: String,
  ref: String,
  state: String,
  reason: String,
  detail: String,
  at: Number,
  seq: Number,
})

/** Receipts that are forgotten in one call. */
const UNPARKED_AT_ONCE = 500
const STATES: readonly ReceiptVerdict['state'][] = ['accepted', 'delivered', 'failed']

/**
 * A receipt is parked first and its delivery looked up afterwards; a settle writes its provider ids first and looks
 * for parked receipts afterwards. So one of the two finds the other, whichever came first.
 */
export interface Receipts extends Pick<DeliveryStore, 'receipt' | 'named' | 'unpark'> {
  /** Applies what was parked for deliveries that were settled; each as it stands then. */
  applyParked(deliveries: readonly StoredDelivery[]): Promise<readonly StoredDelivery[]>
  /** Applies what a crash left parked though its delivery was settled; returns how many. */
  repair(limit: number): Promise<number>
}

export function createReceipts(db: Database, table: DeliveryTable, endpoints: Endpoints): Receipts {
  const collection = db.collection('parked_receipts', parkedSchema)
  let received = 0
  /** The last one that a repair looked at. */
  let repaired = ''

  const park = async (receipt: Receipt): Promise<ParkedDocument> => {
    const at = await db.readNow()
    const parked = parkedOf(receipt, at, ++received)
    await db.attempt(() => insertMissing(collection, [parked]))
    return parked
  }

  /** The last one that bears the id: providers may use an id again. */
  const ownerOf = async (ref: string): Promise<StoredDelivery | undefined> => {
    const found = await table.find({ finds: ref } as mongo.Filter<DeliveryDocument>)
    return found.map(({ delivery }) => delivery).sort((a, b) => b.changedAt - a.changedAt)[0]
  }

  /** Undefined: it does not move the delivery. */
  const apply = async (
    to: StoredDelivery,
    verdict: ReceiptVerdict,
  ): Promise<StoredDelivery | undefined> => {
    const stepped = await table.change(to.id, (delivery, now) =>
      receiptStep(delivery, verdict, now),
    )
    if (!stepped) return undefined
    const { before, after } = stepped
    if (before.acceptedAt === null && after.acceptedAt !== null) {
      await endpoints.contacted([after.endpoint])
    }
    return after
  }

  const forget = async (parked: readonly ParkedDocument[]): Promise<void> => {
    const ids = parked.map(({ _id }) => _id)
    await db.attempt(() => collection.deleteMany({ _id: { $in: ids } }))
  }

  const parkedFor = async (
    deliveries: readonly StoredDelivery[],
  ): Promise<readonly ParkedDocument[]> => {
    const ids = deliveries.flatMap(refsOf).flatMap((ref) => STATES.map((state) => idOf(ref, state)))
    if (ids.length === 0) return []
    const found = await db.attempt(() => collection.find({ _id: { $in: ids } }).toArray())
    return found.toSorted((a, b) => a.at - b.at || a.seq - b.seq)
  }

  const applyAll = async (
    delivery: StoredDelivery,
    parked: readonly ParkedDocument[],
  ): Promise<StoredDelivery> => {
    let current = delivery
    for (const one of parked) current = (await apply(current, one)) ?? current
    return current
  }

  const takeUp = async (parked: ParkedDocument): Promise<'applied' | 'parked' | 'ignored'> => {
    const owner = await ownerOf(parked.ref)
    if (!owner || owner.state === 'sending') return 'parked'
    const applied = await apply(owner, parked)
    await forget([parked])
    return applied ? 'applied' : 'ignored'
  }

  return {
    receipt: async (receipt) => takeUp(await park(receipt)),
    async named(connection, providerId) {
      const owner = await ownerOf(refKey(connection, providerId))
      return owner ? viewOf(owner, await db.readNow()) : null
    },
    async repair(limit) {
      const query = collection
        .find({ _id: { $gt: repaired } })
        .sort({ _id: 1 })
        .limit(limit)
      const found = await db.attempt(() => query.toArray())
      repaired = found.length < limit ? '' : (found.at(-1)?._id ?? '')
      const results = []
      for (const parked of found) results.push(await takeUp(parked))
      return results.filter((result) => result !== 'parked').length
    },
    async unpark(olderThanMs) {
      const at = { $lt: ((await db.readNow()) - olderThanMs) as Instant }
      let forgotten = 0
      for (;;) {
        const page = await deletePage(db, collection, { at }, UNPARKED_AT_ONCE)
        if (page === 0) return forgotten
        forgotten += page
      }
    },
    async applyParked(deliveries) {
      const parked = await parkedFor(deliveries)
      if (parked.length === 0) return deliveries
      const applied = deliveries.map((delivery) => {
        const refs = refsOf(delivery)
        return applyAll(
          delivery,
          parked.filter(({ ref }) => refs.includes(ref)),
        )
      })
      const current = await Promise.all(applied)
      await forget(parked)
      return current
    },
  }
}

function refsOf({ lane, providerIds }: StoredDelivery): readonly string[] {
  return providerIds.map((id) => refKey(lane, id))
}

function idOf(ref: string, state: ReceiptVerdict['state']): string {
  return `${ref}/${state}`
}

export function parkedOf(
  { connection, providerId, verdict: { state, reason, detail } }: Receipt,
  at: Instant,
  seq: number,
): ParkedDocument {
  const ref = refKey(connection, providerId)
  return { _id: idOf(ref, state), ref, state, reason, detail, at, seq }
}
