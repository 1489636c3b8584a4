import type { mongo } from 'mongoose'
import type { VisitBatch } from '#ports/store/visits.ts'
import { encodeBatch } from '../visit-codec.ts'
import type { Database } from './database.ts'
import { isTaken } from './faults.ts'
import { type LogDocument, logId, logSchema, writerOf, writerSchema } from './visit-documents.ts'

/** Batches that are stored and not merged yet, and how far each writer's are. */
export interface VisitLog {
  /** Durable when it resolves. Leaves out what came before. */
  append(batches: readonly VisitBatch[]): Promise<void>
  /** Asked by the one process that numbers the writer's batches, before it does. */
  lastSeq(writer: string): Promise<number>
  /** The ids of what is to be merged next, each writer's in its order and without gaps. */
  next(limit: number): Promise<readonly string[]>
  /** Of these ids those that are there. */
  read(ids: readonly string[]): Promise<readonly LogDocument[]>
  /** They are merged: notes how far their writers are, then deletes them. */
  forget(merged: readonly LogDocument[]): Promise<void>
}

/** Documents that are looked at in one call to see which writers have something. */
const LOOKED_AT = 1_000
/** Entries of one merge: enough that its calls pay, few enough that the event loop is not held up. */
const MERGED_ENTRIES = 16_000

type Link = Pick<LogDocument, '_id' | 'after' | 'seq' | 'size'>

export function createVisitLog(db: Database): VisitLog {
  const log = db.collection('visit_log', logSchema)
  const writers = db.collection('visit_writers', writerSchema)
  /** The last batch that was stored of each writer whose batches are numbered here, and nowhere else. */
  const written = new Map<string, number>()
  /** Of other writers this process stores only what they left behind: they may come back and go on. */
  const numberedHere = new Set<string>()

  async function merged(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const found = await db.attempt(() => writers.find({ _id: { $in: [...names] } }).toArray())
    return new Map(found.map(({ _id, seq }) => [_id, seq]))
  }

  async function lastSeq(writer: string): Promise<number> {
    const [last] = await db.attempt(() =>
      log
        .find({ _id: rangeFrom(writer, 0) }, { readConcern: 'majority' })
        .project<Link>({ seq: 1 })
        .sort({ _id: -1 })
        .limit(1)
        .toArray(),
    )
    return Math.max(last?.seq ?? 0, (await merged([writer])).get(writer) ?? 0)
  }

  /** What is stored after `after` may have come in an earlier try, and in another group. Returns where that ends. */
  async function store(
    writer: string,
    after: number,
    batches: readonly VisitBatch[],
  ): Promise<number> {
    const visits = batches.flatMap((batch) => batch.visits)
    const reclassed = batches.flatMap((batch) => batch.reclassed)
    const _id = logId(writer, after)
    const seq = batches.at(-1)?.seq ?? after
    const size = visits.length + reclassed.length
    const entries = encodeBatch({ visits, reclassed })
    try {
      await db.attempt(() => log.insertOne({ _id, writer, after, seq, size, entries }))
      return seq
    } catch (error) {
      if (!isTaken(error)) throw error
      const stored = await db.attempt(() => log.findOne({ _id }, { projection: { seq: 1 } }))
      return stored?.seq ?? lastSeq(writer)
    }
  }

  async function appendOf(writer: string, batches: readonly VisitBatch[]): Promise<void> {
    let after = written.get(writer) ?? (await lastSeq(writer))
    const later = () => batches.filter(({ seq }) => seq > after)
    for (let rest = later(); rest.length > 0; rest = later()) {
      after = await store(writer, after, rest)
    }
    if (numberedHere.has(writer)) written.set(writer, Math.max(after, written.get(writer) ?? 0))
  }

  /** What follows on what is merged, one on the other. */
  async function follow(writer: string, seq: number, limit: number): Promise<readonly Link[]> {
    const found = await db.attempt(() =>
      log
        .find({ _id: rangeFrom(writer, seq) })
        .project<Link>({ after: 1, seq: 1, size: 1 })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray(),
    )
    return chainOf(found, seq)
  }

  /** A frozen server may store what was given up, sent again and merged: nothing follows on that any more. */
  async function dropStale(writer: string, seq: number): Promise<void> {
    const stale = { $gte: logId(writer, 0), $lt: logId(writer, seq) }
    await db.attempt(() => log.deleteMany({ _id: stale }))
  }

  /**
   * Looks at what lies first, which is the oldest most often; where none of that can be merged (a batch of its
   * writers is missing), at other writers in turn.
   */
  async function* looks(): AsyncGenerator<readonly Link[]> {
    const look = (filter: object, sort: mongo.Sort) =>
      db.attempt(() =>
        log.find(filter).sort(sort).project<Link>({ after: 1 }).limit(LOOKED_AT).toArray(),
      )
    let found = await look({}, {})
    yield found
    for (let from = ''; found.length === LOOKED_AT; from = behindLast(found)) {
      found = await look({ _id: { $gte: from } }, { _id: 1 })
      yield found
    }
  }

  /** What can be merged of the writers of these. */
  async function linksOf(seen: readonly Link[], limit: number): Promise<readonly Link[]> {
    const byWriter = Map.groupBy(seen, ({ _id }) => writerOf(_id))
    const until = await merged([...byWriter.keys()])
    const links: Link[] = []
    for (const [writer, own] of byWriter) {
      const seq = until.get(writer) ?? 0
      if (own.some(({ after }) => after < seq)) await dropStale(writer, seq)
      if (links.length < limit) links.push(...(await follow(writer, seq, limit - links.length)))
    }
    return links
  }

  return {
    async append(all) {
      for (const [writer, own] of Map.groupBy(all, (batch) => batch.writer)) {
        await appendOf(writer, own)
      }
    },
    lastSeq(writer) {
      numberedHere.add(writer)
      return lastSeq(writer)
    },
    async next(limit) {
      for await (const seen of looks()) {
        const links = await linksOf(seen, limit)
        if (links.length > 0) return bounded(links).map(({ _id }) => _id)
      }
      return []
    },
    read: (ids) => db.attempt(() => log.find({ _id: { $in: [...ids] } }).toArray()),
    async forget(documents) {
      const until = new Map<string, number>()
      for (const { writer, seq } of documents) {
        until.set(writer, Math.max(seq, until.get(writer) ?? 0))
      }
      if (until.size === 0) return
      const operations = [...until].map(([writer, seq]) => ({
        updateOne: { filter: { _id: writer }, update: { $max: { seq } }, upsert: true },
      }))
      await db.attempt(() => writers.bulkWrite(operations))
      const ids = documents.map(({ _id }) => _id)
      await db.attempt(() => log.deleteMany({ _id: { $in: ids } }))
    },
  }
}

/** A reader may meet a document before the one it follows on: then it waits. */
function chainOf(links: readonly Link[], from: number): readonly Link[] {
  const chain: Link[] = []
  let seq = from
  for (const link of links) {
    if (link.after !== seq) break
    chain.push(link)
    seq = link.seq
  }
  return chain
}

function bounded(links: readonly Link[]): readonly Link[] {
  let entries = 0
  const beyond = links.findIndex((link, i) => {
    entries += link.size
    return i > 0 && entries > MERGED_ENTRIES
  })
  return beyond === -1 ? links : links.slice(0, beyond)
}

/** Where the next writer's may begin. */
function behindLast(links: readonly Link[]): string {
  const last = links.at(-1)
  return last ? `${writerOf(last._id)};` : ''
}

function rangeFrom(writer: string, seq: number): { readonly $gte: string; readonly $lt: string } {
  return { $gte: logId(writer, seq), $lt: `${writer};` }
}
