import type { DeliveryId, Instant, ShareId } from '#core/ids.ts'
import { documentSchema } from './schema.ts'

/** A batch as it came. The log alone holds it, until it is merged. */
export interface BatchDocument {
  /** Writer and number, so that a batch that comes twice, however late, is one (`batchId`). */
  readonly _id: string
  readonly writer: string
  readonly seq: number
  /** The number of the batch before it: until that one is merged, this one waits. */
  readonly after: number
  /** `encodeBatch`. */
  readonly entries: string
}

/** How far a writer's batches are merged. Outlives them. */
export interface WriterDocument {
  readonly _id: string
  readonly seq: number
}

/** The batches that are merged together, now or last. */
export interface MergeDocument {
  readonly _id: 'merge'
  /** Counts merges. What a merge writes bears its number, and is written once by that. */
  readonly number: number
  /** Empty: it is finished. */
  readonly batches: readonly string[]
}

/** Counters of a delivery. */
export interface CountDocument {
  readonly _id: DeliveryId
  readonly human: number
  readonly preview: number
  readonly prefetch: number
  readonly scanner: number
  readonly own: number
  readonly untracked: number
  readonly doubtful: number
  readonly firstAt: Instant | null
  readonly lastAt: Instant | null
  /** The delivery's share, while it counts as opened. */
  readonly openedOf?: ShareId
  /** The merge that wrote this. */
  readonly merge: number
}

/** Statistics of a share, and the end of its list of tracked visits. */
export interface ShareVisitsDocument {
  readonly _id: ShareId
  /** `StatTally` as JSON. */
  readonly stats: string
  /** How many visits are listed: those of full pages, and the head behind them. */
  readonly listed: number
  /** `encodePage`. */
  readonly head: string
  /** Places in the list of visits that were found to be a scanner's, where their pages do not say so yet. */
  readonly found?: readonly number[]
  readonly merge: number
}

/** A full page of a share's list, in the order of merging. */
export interface PageDocument {
  /** `pageId`. */
  readonly _id: string
  /** `encodePage`. */
  readonly visits: string
}

export interface SaltDocument {
  /** The day. */
  readonly _id: string
  readonly salt: Buffer
  readonly madeAt: number
}

export const batchSchema = documentSchema<BatchDocument>({
  _id: String,
  writer: String,
  seq: Number,
  after: Number,
  entries: String,
})

export const writerSchema = documentSchema<WriterDocument>({ _id: String, seq: Number })

export const mergeSchema = documentSchema<MergeDocument>({
  _id: String,
  number: Number,
  batches: [String],
})

export const countSchema = documentSchema<CountDocument>({
  _id: String,
  human: Number,
  preview: Number,
  prefetch: Number,
  scanner: Number,
  own: Number,
  untracked: Number,
  doubtful: Number,
  firstAt: Number,
  lastAt: Number,
  openedOf: String,
  merge: Number,
})

export const shareVisitsSchema = documentSchema<ShareVisitsDocument>({
  _id: String,
  stats: String,
  listed: Number,
  head: String,
  found: { type: [Number], default: undefined },
  merge: Number,
})

export const pageSchema = documentSchema<PageDocument>({
  _id: String,
  visits: String,
})

export const saltSchema = documentSchema<SaltDocument>({
  _id: String,
  salt: Buffer,
  madeAt: Number,
})

/** Numbers stand with so many digits that ids sort as they do. */
const DIGITS = 12

export function batchId(writer: string, seq: number): string {
  return `${writer}:${String(seq).padStart(DIGITS, '0')}`
}

export function splitBatchId(id: string): { readonly writer: string; readonly seq: number } {
  const cut = id.lastIndexOf(':')
  return { writer: id.slice(0, cut), seq: Number(id.slice(cut + 1)) }
}

export function pageId(share: ShareId, page: number): string {
  return `${share}:${page}`
}
