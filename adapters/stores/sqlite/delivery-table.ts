import type { StatementSync } from 'node:sqlite'
import { type DeliveryId, type Instant, type ShareId, splitDeliveryId } from '#core/ids.ts'
import type { Share } from '#core/share.ts'
import { writeArrivals } from '../arrival-steps.ts'
import type { ShareFate, StoredDelivery } from '../stored-delivery.ts'
import type { Database } from './database.ts'
import {
  DELIVERY_COLUMNS,
  type DeliveryRow,
  deliveryOf,
  finalAtOf,
  SHARE_COLUMNS,
  type ShareRow,
  shareOf,
} from './rows.ts'

/** Rows of deliveries and shares, within a `read` or `write` of the database. */
export interface DeliveryTable {
  get(id: DeliveryId): StoredDelivery | undefined
  at(share: ShareId, n: number): StoredDelivery | undefined
  /** By number. */
  ofShare(share: ShareId): readonly StoredDelivery[]
  share(id: ShareId): Share | undefined
  /** Whether the share was taken back: all that a settle asks of it. */
  fateOf(id: ShareId): ShareFate | undefined
  insert(delivery: StoredDelivery): void
  /** Writes what changed of a delivery, and marks its share. */
  put(before: StoredDelivery, after: StoredDelivery): void
}

const INSERT = `
  INSERT INTO delivery (share, n, code, account, channel, connection, value, recipient, name,
    endpoint, cost, replaces, state, via, due_at, deadline_at, changed_at, accepted_at, final_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

type FateRow = readonly [cancelledAt: Instant | null, recalledAt: Instant | null]

type Value = string | number | null

/** What may change of a row. An UPDATE names those alone that did, so that other indexes stay untouched. */
const CHANGING: readonly (readonly [column: string, of: (delivery: StoredDelivery) => Value])[] = [
  ['value', (d) => d.address?.value ?? null],
  ['endpoint', (d) => d.endpoint],
  ['recipient', (d) => d.recipient],
  ['name', (d) => d.name],
  ['state', (d) => d.state],
  ['reason', (d) => d.reason],
  ['detail', (d) => d.detail],
  ['via', (d) => d.via],
  ['attempts', (d) => d.attempts],
  ['unknowns', (d) => d.unknowns],
  ['epoch', (d) => d.epoch],
  ['holder', (d) => d.holder],
  ['due_at', (d) => d.dueAt],
  ['deadline_at', (d) => d.deadlineAt],
  ['changed_at', (d) => d.changedAt],
  ['accepted_at', (d) => d.acceptedAt],
  ['recalled_at', (d) => d.recalledAt],
  ['counted_at', (d) => d.countedAt],
  ['final_at', finalAtOf],
  ['provider_ids', (d) => (d.providerIds.length === 0 ? null : JSON.stringify(d.providerIds))],
  ['arrivals', writeArrivals],
]
const VALUES = CHANGING.map(([, of]) => of)

export function createDeliveryTable(db: Database): DeliveryTable {
  const select = db.prepareTuples(
    `SELECT ${DELIVERY_COLUMNS} FROM delivery WHERE share = ? AND n = ?`,
  )
  const selectShare = db.prepareTuples(
    `SELECT ${DELIVERY_COLUMNS} FROM delivery WHERE share = ? ORDER BY n`,
  )
  const share = db.prepareTuples(`SELECT ${SHARE_COLUMNS} FROM share WHERE id = ?`)
  const insert = db.prepare(INSERT)
  const fate = db.prepareTuples('SELECT cancelled_at, recalled_at FROM share WHERE id = ?')
  const updates = new Map<number, StatementSync>()
  const updateOf = (mask: number): StatementSync => {
    const known = updates.get(mask)
    if (known) return known
    const columns = CHANGING.filter((_, i) => mask & (1 << i)).map(([column]) => `${column} = ?`)
    const update = db.prepare(`UPDATE delivery SET ${columns.join(', ')} WHERE share = ? AND n = ?`)
    updates.set(mask, update)
    return update
  }

  const at = (shareId: ShareId, n: number): StoredDelivery | undefined => {
    const row = select.get(shareId, n) as unknown as DeliveryRow | undefined
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
      const row = share.get(id) as unknown as ShareRow | undefined
      return row && shareOf(row)
    },
    fateOf(id) {
      const row = fate.get(id) as unknown as FateRow | undefined
      return row && { cancelledAt: row[0], recalledAt: row[1] }
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
        d.via,
        d.dueAt,
        d.deadlineAt,
        d.changedAt,
        d.acceptedAt,
        finalAtOf(d),
      )
    },
    put(before, after) {
      let mask = 0
      const values: Value[] = []
      for (let i = 0; i < VALUES.length; i++) {
        const value = VALUES[i]?.(after) ?? null
        if (value === (VALUES[i]?.(before) ?? null)) continue
        mask |= 1 << i
        values.push(value)
      }
      if (mask !== 0) updateOf(mask).run(...values, after.share, after.n)
      db.changed(after.share)
    },
  }
}
