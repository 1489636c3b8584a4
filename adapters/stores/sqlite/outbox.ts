import { type DeliveryId, type Instant, splitDeliveryId } from '#core/ids.ts'
import type { KeptMessage, OutboxStore } from '#ports/store/connections.ts'
import { pageOf, positionOf } from '../cursor.ts'
import type { Database } from './database.ts'
import type { DeliveryTable } from './delivery-table.ts'

interface KeptRow {
  readonly delivery: DeliveryId
  readonly at: Instant
  readonly rendered: string
  readonly link: string
}

export function createSqliteOutbox(db: Database, table: DeliveryTable): OutboxStore {
  const keep = db.prepare(`
    INSERT OR IGNORE INTO outbox (delivery, at, rendered, link) VALUES (?, ?, ?, ?)`)
  const get = db.prepare('SELECT * FROM outbox WHERE delivery = ?')
  const page = db.prepare(`
    SELECT * FROM outbox WHERE (at, delivery) < (?, ?) ORDER BY at DESC, delivery DESC LIMIT ?`)
  const remove = db.prepare('DELETE FROM outbox WHERE delivery = ?')
  const forget = db.prepare(`
    DELETE FROM outbox WHERE delivery IN
      (SELECT delivery FROM outbox WHERE at <= ? ORDER BY at LIMIT ?)`)

  const messageOf = (row: KeptRow): KeptMessage => ({
    delivery: row.delivery,
    at: row.at,
    rendered: JSON.parse(row.rendered),
    recipient: (splitDeliveryId(row.delivery) && table.get(row.delivery)?.recipient) ?? null,
    link: row.link,
    via: 'outbox',
  })

  return {
    keep: (delivery, rendered, link) =>
      db.write(() => {
        keep.run(delivery, db.now(), JSON.stringify(rendered), link)
      }),
    page: ({ limit, cursor }) =>
      db.read(() => {
        const { at, id } = positionOf(cursor) ?? { at: Number.MAX_SAFE_INTEGER, id: '' }
        const rows = page.all(at, id, limit + 1) as unknown as KeptRow[]
        const lines = pageOf(rows, limit, (row) => ({ at: row.at, id: row.delivery }))
        return { items: lines.items.map(messageOf), cursor: lines.cursor }
      }),
    get: (delivery) =>
      db.read(() => {
        const row = get.get(delivery) as KeptRow | undefined
        return row ? messageOf(row) : null
      }),
    remove: (delivery) => db.write(() => remove.run(delivery).changes === 1),
    forget: (olderThanMs, limit) =>
      db.write(() => Number(forget.run(db.now() - olderThanMs, limit).changes)),
  }
}
