import { type DeliveryId, type ShareId, splitDeliveryId } from '#core/ids.ts'
import type { Share } from '#core/share.ts'
import type { StoredDelivery } from '../delivery-steps.ts'
import type { Database } from './database.ts'
import { type DeliveryRow, deliveryOf, finalAtOf, type ShareRow, shareOf } from './rows.ts'

/** Rows of deliveries and shares, within a `read` or `write` of the database. */
export interface DeliveryTable {
  get(id: DeliveryId): StoredDelivery | undefined
  at(share: ShareId, n: number): StoredDelivery | undefined
  /** By number. */
  ofShare(share: ShareId): readonly StoredDelivery[]
  share(id: ShareId): Share | undefined
  insert(delivery: StoredDelivery): void
  /** Writes what may change of a delivery, and marks its share. */
  put(delivery: StoredDelivery): void
}

const INSERT = `
  INSERT INTO delivery (share, n, code, account, channel, connection, value, recipient, name,
    endpoint, cost, replaces, state, due_at, deadline_at, changed_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

const UPDATE = `
  UPDATE delivery SET value = ?, recipient = ?, name = ?, state = ?, reason = ?, detail = ?,
    via = ?, attempts = ?, unknowns = ?, epoch = ?, holder = ?, due_at = ?, deadline_at = ?,
    changed_at = ?, accepted_at = ?, recalled_at = ?, counted_at = ?, final_at = ?,
    provider_ids = ?
  WHERE share = ? AND n = ?`

export function createDeliveryTable(db: Database): DeliveryTable {
  const select = db.prepare('SELECT * FROM delivery WHERE share = ? AND n = ?')
  const selectShare = db.prepare('SELECT * FROM delivery WHERE share = ? ORDER BY n')
  const share = db.prepare('SELECT * FROM share WHERE id = ?')
  const insert = db.prepare(INSERT)
  const update = db.prepare(UPDATE)

  const at = (shareId: ShareId, n: number): StoredDelivery | undefined => {
    const row = select.get(shareId, n) as DeliveryRow | undefined
    return row && deliveryOf(row)
  }

  return {
    at,
    get(id) {
      const key = splitDeliveryId(id)
      return key && at(key.share, key.n)
    },
    ofShare(id) {
      return (selectShare.all(id) as unknown as DeliveryRow[]).map(deliveryOf)
    },
    share(id) {
      const row = share.get(id) as ShareRow | undefined
      return row && shareOf(row)
    },
    insert(d) {
      insert.run(
        d.share,
        d.n,
        d.code,
        d.account,
        d.lane.channel,
        d.lane.connection,
        d.address?.value ?? null,
        d.recipient,
        d.name,
        d.endpoint,
        d.cost,
        d.replaces,
        d.state,
        d.dueAt,
        d.deadlineAt,
        d.changedAt,
      )
    },
    put(d) {
      update.run(
        d.address?.value ?? null,
        d.recipient,
        d.name,
        d.state,
        d.reason,
        d.detail,
        d.via,
        d.attempts,
        d.unknowns,
        d.epoch,
        d.holder,
        d.dueAt,
        d.deadlineAt,
        d.changedAt,
        d.acceptedAt,
        d.recalledAt,
        d.countedAt,
        finalAtOf(d),
        d.providerIds.length === 0 ? null : JSON.stringify(d.providerIds),
        d.share,
        d.n,
      )
      db.changed(d.share)
    },
  }
}
