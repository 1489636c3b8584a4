import type { DeliveryId, Instant, ShareId } from '#core/ids.ts'
import { documentSchema } from './schema.ts'

/** Batches of a writer that were stored together. The log alone holds them, until they are merged. */
export interface LogDocument {
  /**
   * Writer, and the number after which these come (`logId`). So each has one successor, however often, however late
   * and in whatever groups the same batches are stored.
   */
  readonly _id: string
  readonly writer: string
  readonly after: number
  /** The number of the last of them. */
  readonly seq: number
  /** How many entries there are. */
  readonly size: number
  /** `encodeBatch`, of all of them together. */
  readonly entries: string
}

/** How far a writer's batches are merged. Outlives them. */
export interface WriterDocument {
  readonly _id: string
  readonly seq: number
}

/** The documents of the log that are merged together, now or last. */
export interface MergeDocument {
  readonly _id: 'merge'
  /** Counts merges. What a merge writes bears its number, and is written once by that. */
  readonly number: number
  /** Empty: it is finished. */
  readonly logged: readonly string[]
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

export const logSchema = documentSchema<LogDocument>({
  _id: String,
  writer: String,
  after: Number,
  seq: Number,
  size: Number,
  entries: String,
})

export const writerSchema = documentSchema<WriterDocument>({ _id: String, seq: Number })

export const mergeSchema = documentSchema<MergeDocument>({
  _id: String,
  number: Number,
  logged: [String],
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

export function logId(writer: string, after: number): string {
  return `${writer}:${String(after).padStart(DIGITS, '0')}`
}

export function writerOf(id: string): string {
  return id.slice(0, id.lastIndexOf(':'))
}

export function pageId(share: ShareId, page: number): string {
  return `${share}:${page}`
}
