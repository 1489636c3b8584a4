import type { DatabaseSync } from 'node:sqlite'
import type { VisitBatch } from '#ports/store/visits.ts'
import { encodeBatch } from '../visit-codec.ts'
import type { Row } from './visit-merge.ts'

/** Batches that are stored and not merged yet. Within a transaction where one INSERT is not enough. */
export interface VisitLog {
  /** Leaves out what came before. */
  append(batch: VisitBatch): void
  lastSeq(writer: string): number
}

/** The log. One connection at a time writes to it, so that it knows in memory where everything stands. */
export function createVisitLog(db: DatabaseSync): VisitLog {
  const insert = db.prepare(
    'INSERT INTO visit_batch (id, writer, seq, entries) VALUES (?, ?, ?, ?)',
  )
  const written = new Map<string, number>()
  const note = (row: Row): void => {
    const writer = row.writer as string
    written.set(writer, Math.max(written.get(writer) ?? 0, row.seq as number))
  }
  const merged = db.prepare('SELECT writer, seq, batch_id AS id FROM visit_writer').all()
  const waiting = db
    .prepare('SELECT writer, max(seq) AS seq, max(id) AS id FROM visit_batch GROUP BY writer')
    .all()
  for (const row of [...merged, ...waiting]) note(row)
  let lastId = Math.max(0, ...[...merged, ...waiting].map(({ id }) => Number(id)))

  return {
    append(batch) {
      if (batch.seq <= (written.get(batch.writer) ?? 0)) return
      insert.run(lastId + 1, batch.writer, batch.seq, encodeBatch(batch))
      lastId++
      written.set(batch.writer, batch.seq)
    },
    lastSeq: (writer) => written.get(writer) ?? 0,
  }
}
