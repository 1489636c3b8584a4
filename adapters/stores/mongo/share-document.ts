import { Schema } from 'mongoose'
import type { Instant, ShareId } from '#core/ids.ts'
import type { Share } from '#core/share.ts'
import { documentSchema, partSchema } from './schema.ts'

/** An idempotency key that the share took. */
export interface KeyPart {
  /** With its account in front: unique over all shares. */
  readonly id: string
  readonly hash: string
  readonly until: Instant
}

/** Deliveries that are to be made; what is not finished yet. */
export interface PlanPart {
  /** The number of its first delivery; no other plan of the share has it. */
  readonly first: number
  readonly at: Instant
  readonly dueAt: Instant
  readonly deadlineMs: number
  /** `PlanContents` as JSON: nobody looks for what is in it, and a text is stored faster than a thousand parts. */
  readonly contents: string
}

export type Mark = 'cancelled' | 'recalled'

/** A share. The commit point of accepting: what it says will be, is. Times in ms. */
export interface ShareDocument extends Omit<Share, 'id'> {
  readonly _id: ShareId
  /** The account's shares are numbered in the order of `createdAt`, perhaps with gaps. */
  readonly seq: number
  readonly revisedAt?: Instant
  /** How many deliveries it has, those that a plan will make among them. */
  readonly deliveries: number
  readonly keys?: readonly KeyPart[]
  readonly plans?: readonly PlanPart[]
  /** Marks whose deliveries are not all ended yet. */
  readonly endings?: readonly Mark[]
}

const keyPart = partSchema<KeyPart>({ id: String, hash: String, until: Number })
const planPart = partSchema<PlanPart>({
  first: Number,
  at: Number,
  dueAt: Number,
  deadlineMs: Number,
  contents: String,
})

export const shareSchema: Schema<ShareDocument> = documentSchema<ShareDocument>({
  _id: String,
  account: String,
  seq: Number,
  target: Schema.Types.Mixed,
  note: String,
  tracking: String,
  locale: String,
  createdAt: Number,
  sendAt: Number,
  expiresAt: Number,
  cancelledAt: Number,
  recalledAt: Number,
  revision: Number,
  revisedAt: Number,
  deliveries: Number,
  keys: { type: [keyPart], default: undefined },
  plans: { type: [planPart], default: undefined },
  endings: { type: [String], default: undefined },
})

/** A reading without what may be long, and concerns only whoever accepts and finishes. */
export const WITHOUT_PARTS = { plans: 0, keys: 0 } as const

export function shareOf(document: ShareDocument): Share {
  return {
    id: document._id,
    account: document.account,
    target: document.target,
    note: document.note,
    tracking: document.tracking,
    locale: document.locale,
    createdAt: document.createdAt,
    sendAt: document.sendAt,
    expiresAt: document.expiresAt,
    cancelledAt: document.cancelledAt,
    recalledAt: document.recalledAt,
    revision: document.revision,
  }
}

/** A share as it is first stored, with what is not finished of it. */
export function shareDocument(
  { id, ...share }: Share,
  more: Pick<ShareDocument, 'seq' | 'deliveries' | 'keys' | 'plans'>,
): ShareDocument {
  const { keys, plans, ...rest } = more
  return { _id: id, ...share, ...rest, ...(keys ? { keys } : {}), ...(plans ? { plans } : {}) }
}
