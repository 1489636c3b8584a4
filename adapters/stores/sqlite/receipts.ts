import type { ConnectionRef } from '#core/address.ts'
import type { Reason, ReceiptVerdict } from '#core/delivery.ts'
import type { Instant, ShareId } from '#core/ids.ts'
import type { DeliveryStore } from '#ports/store/deliveries.ts'
import { receiptStep } from '../settle-steps.ts'
import { type StoredDelivery, viewOf } from '../stored-delivery.ts'
import type { Database } from './database.ts'
import type { DeliveryTable } from './delivery-table.ts'

interface ParkedRow {
  readonly id: number
  readonly state: ReceiptVerdict['state']
  readonly reason: Reason | null
  readonly detail: string | null
}

export interface Receipts extends Pick<DeliveryStore, 'receipt' | 'named' | 'unpark'> {
  /** Within a write: names the delivery by its provider ids and applies what was parked for them. */
  name(delivery: StoredDelivery, now: Instant): StoredDelivery
  /** Within a write: forgets the delivery's provider ids. */
  forget(delivery: StoredDelivery): void
}

export function createReceipts(db: Database, table: DeliveryTable): Receipts {
  const owner = db.prepare(`
    SELECT share, n FROM provider_ref
    WHERE channel = ? AND connection = ? AND provider_id = ?`)
  const name = db.prepare(`
    INSERT OR REPLACE INTO provider_ref (channel, connection, provider_id, share, n)
    VALUES (?, ?, ?, ?, ?)`)
  const forget = db.prepare(`
    DELETE FROM provider_ref
    WHERE channel = ? AND connection = ? AND provider_id = ? AND share = ? AND n = ?`)
  const park = db.prepare(`
    INSERT OR IGNORE INTO parked_receipt
      (channel, connection, provider_id, state, reason, detail, at)
    VALUES (?, ?, ?, ?, ?, ?, ?)`)
  const parked = db.prepare(`
    SELECT id, state, reason, detail FROM parked_receipt
    WHERE channel = ? AND connection = ? AND provider_id = ?`)
  const unparkOne = db.prepare('DELETE FROM parked_receipt WHERE id = ?')
  const unpark = db.prepare('DELETE FROM parked_receipt WHERE at < ?')

  const parkedFor = (delivery: StoredDelivery): readonly ParkedRow[] =>
    delivery.providerIds
      .flatMap(
        (id) =>
          parked.all(delivery.lane.channel, delivery.lane.connection, id) as unknown as ParkedRow[],
      )
      .sort((a, b) => a.id - b.id)

  const ownerOf = (
    { channel, connection }: ConnectionRef,
    providerId: string,
  ): StoredDelivery | undefined => {
    const ref = owner.get(channel, connection, providerId) as
      | { share: ShareId; n: number }
      | undefined
    return ref && table.at(ref.share, ref.n)
  }

  return {
    name(delivery, now) {
      const { channel, connection } = delivery.lane
      for (const id of delivery.providerIds) {
        name.run(channel, connection, id, delivery.share, delivery.n)
      }
      let current = delivery
      for (const row of parkedFor(delivery)) {
        unparkOne.run(row.id)
        current = receiptStep(current, row, now) ?? current
      }
      return current
    },
    forget(delivery) {
      const { channel, connection } = delivery.lane
      for (const id of delivery.providerIds) {
        forget.run(channel, connection, id, delivery.share, delivery.n)
      }
    },
    receipt: ({ connection: { channel, connection }, providerId, verdict }) =>
      db.write(() => {
        const now = db.now()
        const delivery = ownerOf({ channel, connection }, providerId)
        if (!delivery || delivery.state === 'sending') {
          const { state, reason, detail } = verdict
          park.run(channel, connection, providerId, state, reason, detail, now)
          return 'parked'
        }
        const received = receiptStep(delivery, verdict, now)
        if (received) table.put(delivery, received)
        return received ? 'applied' : 'ignored'
      }),
    async named(connection, providerId) {
      const delivery = ownerOf(connection, providerId)
      return delivery ? viewOf(delivery, db.now()) : null
    },
    unpark: (olderThanMs) => db.write(() => Number(unpark.run(db.now() - olderThanMs).changes)),
  }
}
