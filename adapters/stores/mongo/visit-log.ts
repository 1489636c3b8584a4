import type { mongo } from 'mongoose'
import type { VisitBatch } from '#ports/store/visits.ts'
import { encodeBatch } from '../sqlite/visit-codec.ts'
import type { Database } from './database.ts'
import { isTaken } from './faults.ts'
import {
  type BatchDocument,
  batchId,
  batchSchema,
  splitBatchId,
  type WriterDocument,
  writerSchema,
} from './visit-documents.ts'

/** Batches that are stored and not merged yet, and how far each writer's are. */
export interface VisitLog {
  /** Durable when it resolves. Leaves out what came before. */
  append(batches: readonly VisitBatch[]): Promise<void>
  lastSeq(writer: string): Promise<number>
  /** The ids of the next batches to be merged, each writer's in their order and without gaps. */
  next(limit: number): Promise<readonly string[]>
  /** Of these ids those that are there. */
  read(ids: readonly string[]): Promise<readonly BatchDocument[]>
  /** They are merged: notes how far their writers are, then deletes them. */
  forget(ids: readonly string[]): Promise<void>
}

/** Ids that are looked at to see which writers have something. */
const LOOKED_AT = 1_000
/** Two processes that store the same batches at once meet in the index; the second time all are there. */
const TRIES = 3

export function createVisitLog(db: Database): VisitLog {
  const batches = db.model('visit_batches', batchSchema)
    .collection as unknown as mongo.Collection<BatchDocument>
  const writers = db.model('visit_writers', writerSchema)
    .collection as unknown as mongo.Collection<WriterDocument>
  /** Of each writer the last batch that was stored from here: one process alone numbers them. */
  const written = new Map<string, number>()

  async function merged(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const found = await db.attempt(() => writers.find({ _id: { $in: [...names] } }).toArray())
    return new Map(found.map(({ _id, seq }) => [_id, seq]))
  }

  async function lastSeq(writer: string): Promise<number> {
    const [last] = await db.attempt(() =>
      batches
        .find({ _id: rangeAfter(writer, 0) }, { readConcern: 'majority' })
        .project<Pick<BatchDocument, 'seq'>>({ seq: 1 })
        .sort({ _id: -1 })
        .limit(1)
        .toArray(),
    )
    return Math.max(last?.seq ?? 0, (await merged([writer])).get(writer) ?? 0)
  }

  async function appendOf(writer: string, all: readonly VisitBatch[]): Promise<void> {
    let after = written.get(writer) ?? (await lastSeq(writer))
    const documents: BatchDocument[] = []
    for (const batch of all) {
      if (batch.seq <= after) continue
      const { seq } = batch
      documents.push({ _id: batchId(writer, seq), writer, seq, after, entries: encodeBatch(batch) })
      after = seq
    }
    await insertInOrder(documents)
    written.set(writer, Math.max(after, written.get(writer) ?? 0))
  }

  async function insertInOrder(documents: readonly BatchDocument[], tries = TRIES): Promise<void> {
    if (documents.length === 0) return
    const operations = documents.map(({ _id, ...rest }) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true },
    }))
    try {
      await db.attempt(() => batches.bulkWrite(operations, { ordered: true }))
    } catch (error) {
      if (!isTaken(error) || tries === 1) throw error
      await insertInOrder(documents, tries - 1)
    }
  }

  /** Those that follow on what is merged, one on the other. */
  async function follow(writer: string, seq: number, limit: number): Promise<readonly string[]> {
    const near = await read({ $gt: batchId(writer, seq), $lte: batchId(writer, seq + limit) })
    const chain = chainOf(near, seq)
    if (chain.length > 0) return chain
    // Numbers may be left out, where a batch was lost before it was stored anywhere.
    const [first] = await read(rangeAfter(writer, seq), 1)
    if (first?.after !== seq) return []
    const far = { $gte: first._id, $lt: batchId(writer, first.seq + limit) }
    return chainOf(await read(far), seq)
  }

  async function read(range: object, limit = 0): Promise<readonly Link[]> {
    return db.attempt(() =>
      batches
        .find({ _id: range })
        .project<Link>({ seq: 1, after: 1 })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray(),
    )
  }

  async function drop(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await db.attempt(() => batches.deleteMany({ _id: { $in: [...ids] } }))
  }

  return {
    async append(all) {
      for (const [writer, own] of Map.groupBy(all, (batch) => batch.writer)) {
        await appendOf(writer, own)
      }
    },
    lastSeq,
    async next(limit) {
      const seen = await db.attempt(() =>
        batches.find().project<{ _id: string }>({ _id: 1 }).limit(LOOKED_AT).toArray(),
      )
      const byWriter = Map.groupBy(
        seen.map(({ _id }) => splitBatchId(_id)),
        ({ writer }) => writer,
      )
      const until = await merged([...byWriter.keys()])
      const ids: string[] = []
      for (const [writer, own] of byWriter) {
        const seq = until.get(writer) ?? 0
        // A frozen server may store a batch after it was given up, sent again and merged.
        await drop(
          own.filter((batch) => batch.seq <= seq).map((batch) => batchId(writer, batch.seq)),
        )
        if (ids.length < limit) ids.push(...(await follow(writer, seq, limit - ids.length)))
      }
      return ids
    },
    read: (ids) => db.attempt(() => batches.find({ _id: { $in: [...ids] } }).toArray()),
    async forget(ids) {
      const until = new Map<string, number>()
      for (const { writer, seq } of ids.map(splitBatchId)) {
        until.set(writer, Math.max(seq, until.get(writer) ?? 0))
      }
      const operations = [...until].map(([writer, seq]) => ({
        updateOne: { filter: { _id: writer }, update: { $max: { seq } }, upsert: true },
      }))
      await db.attempt(() => writers.bulkWrite(operations))
      await drop(ids)
    },
  }
}

type Link = Pick<BatchDocument, '_id' | 'seq' | 'after'>

/** A reader may meet a batch before the one it follows on: then it waits. */
function chainOf(links: readonly Link[], from: number): readonly string[] {
  const ids: string[] = []
  let seq = from
  for (const link of links) {
    if (link.after !== seq) break
    ids.push(link._id)
    seq = link.seq
  }
  return ids
}

function rangeAfter(writer: string, seq: number): { readonly $gt: string; readonly $lt: string } {
  return { $gt: batchId(writer, seq), $lt: `${writer};` }
}
