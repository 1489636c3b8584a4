import { DatabaseSync } from 'node:sqlite'
import type { Connection } from 'mongoose'

/** Updates that go together, as claims and settles of one process do. */
const TOGETHER = 50
const STEPS = [
  { state: 'sending', due: 2 },
  { state: 'accepted', due: null },
] as const
const DOCUMENT_STEPS = [
  { $set: { state: 'sending', due: 2 } },
  { $set: { state: 'accepted' }, $unset: { due: 1 } },
] as const

/** Two updates of an indexed row by its primary key for each delivery, in commits of 50. Deliveries per second. */
export function rawUpdates(file: string, count: number): number {
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = WAL')
  db.exec('PRAGMA synchronous = FULL')
  db.exec(`CREATE TABLE delivery (share TEXT, n INTEGER, state TEXT, due_at INTEGER,
    PRIMARY KEY (share, n)) WITHOUT ROWID, STRICT`)
  db.exec('CREATE INDEX delivery_due ON delivery (due_at) WHERE due_at IS NOT NULL')
  const insert = db.prepare('INSERT INTO delivery VALUES (?, ?, ?, ?)')
  db.exec('BEGIN')
  for (let n = 0; n < count; n++) insert.run('a-share-of-many', n, 'queued', 1)
  db.exec('COMMIT')
  const update = db.prepare('UPDATE delivery SET state = ?, due_at = ? WHERE share = ? AND n = ?')
  const began = performance.now()
  for (let n = 0; n < count; n += TOGETHER) {
    for (const { state, due } of STEPS) {
      db.exec('BEGIN IMMEDIATE')
      for (let i = n; i < n + TOGETHER; i++) update.run(state, due, 'a-share-of-many', i)
      db.exec('COMMIT')
    }
  }
  const perSecond = (count * 1_000) / (performance.now() - began)
  db.close()
  return perSecond
}

interface RawDocument {
  readonly _id: string
  readonly state: string
  readonly due?: number
}

/** The same on documents, in bulk writes of 50. */
export async function rawDocumentUpdates(connection: Connection, count: number): Promise<number> {
  const raw = connection.collection<RawDocument>('raw')
  await raw.createIndex({ due: 1 }, { sparse: true })
  const ids = Array.from({ length: count }, (_, n) => `a-share-of-many-${n}`)
  await raw.insertMany(ids.map((_id) => ({ _id, state: 'queued', due: 1 })))
  const began = performance.now()
  for (let n = 0; n < count; n += TOGETHER) {
    const together = ids.slice(n, n + TOGETHER)
    for (const update of DOCUMENT_STEPS) {
      const updates = together.map((_id) => ({ updateOne: { filter: { _id }, update } }))
      await raw.bulkWrite(updates, { ordered: false })
    }
  }
  return (count * 1_000) / (performance.now() - began)
}
