import { randomUUID } from 'node:crypto'
import type { AccountId, Instant } from '#core/ids.ts'
import type { AcceptResult, Quota } from '#ports/store/shares.ts'
import { overQuota, type QuotaUse } from '../quota.ts'
import type { Database } from './database.ts'
import { insertMissing } from './inserts.ts'
import { documentSchema } from './schema.ts'

const DAY_MS = 86_400_000

/** What an account used today, and how many shares it has. */
export interface SenderDocument {
  readonly _id: AccountId
  /** The account's time: never before a share that was made. */
  readonly at: Instant
  /** Days since the epoch. */
  readonly day: number
  readonly messages: number
  readonly newEndpoints: number
  /** The number of its last share. */
  readonly shares: number
  /** The last turn that was granted. */
  readonly granted?: string
}

const senderSchema = documentSchema<SenderDocument>({
  _id: String,
  at: Number,
  day: Number,
  messages: Number,
  newEndpoints: Number,
  shares: Number,
  granted: String,
})

/** What is to be counted. */
export interface Uses extends QuotaUse {
  /** 0 for what is added to a share. Each uses a number up: lists read them one by one. */
  readonly shares: 0 | 1
}

/** Leave to store a share or an addition. */
export interface Turn {
  /** The number of the share that is accepted. */
  readonly seq: number
  /** The account's time: what it makes is in this order. */
  readonly at: Instant
  /** The store's: what is to come is counted from here, however far the account's is ahead of a clock set back. */
  readonly now: Instant
  /** Where it was counted. */
  readonly day: number
}

/** Counts what accounts send, and numbers their shares. */
export interface Senders {
  /**
   * Counts what is used, in one step with asking the quota, and before it is stored: a crash in between
   * counts too much, never too little.
   */
  take(
    account: AccountId,
    adds: Uses,
    quota: Quota | null,
  ): Promise<Turn | Extract<AcceptResult, { kind: 'over-quota' }>>
  /** It was not stored after all. */
  giveBack(account: AccountId, turn: Turn, adds: QuotaUse): Promise<void>
  /** The number of the account's last share. */
  last(account: string): Promise<number>
}

export function createSenders(db: Database): Senders {
  const collection = db.collection('senders', senderSchema)

  const update = async (account: AccountId, steps: object[]): Promise<SenderDocument | null> =>
    db.attempt(() =>
      collection.findOneAndUpdate({ _id: account }, steps, { returnDocument: 'after' }),
    )

  /** Made apart from the update: compatible servers lose one of two pipelines that both find nothing. */
  const make = (account: AccountId): Promise<void> => {
    const fresh = {
      _id: account,
      at: 0 as Instant,
      day: 0,
      messages: 0,
      newEndpoints: 0,
      shares: 0,
    }
    return db.attempt(() => insertMissing(collection, [fresh]))
  }

  return {
    async take(account, adds, quota) {
      const turn = randomUUID()
      const now = await db.readNow()
      const steps = taking(now, adds, quota, turn)
      let sender = await update(account, steps)
      if (!sender) {
        await make(account)
        sender = await update(account, steps)
      }
      if (!sender) throw new Error('a sender was made and is not there')
      const { at, day, shares } = sender
      if (sender.granted === turn) return { seq: shares, at, now, day }
      const refusal = overQuota(quota, sender, adds, at)
      if (!refusal) throw new Error('a quota was refused that has room')
      return refusal
    },
    async giveBack(account, { day }, { messages, newEndpoints }) {
      const back = { $inc: { messages: -messages, newEndpoints: -newEndpoints } }
      await db.attempt(() => collection.updateOne({ _id: account, day }, back))
    },
    async last(account) {
      const sender = await db.attempt(() => collection.findOne({ _id: account as AccountId }))
      return sender?.shares ?? 0
    },
  }
}

/**
 * The pipeline that counts where the quota has room, and leaves its name there. The time stands in it as a number:
 * compatible servers cannot read their clock in an update that had to wait for another.
 */
function taking(now: Instant, adds: Uses, quota: Quota | null, turn: string): object[] {
  const today = { $toLong: { $floor: { $divide: ['$at', DAY_MS] } } }
  const isToday = { $eq: ['$day', today] }
  const usedToday = (path: string) => ({ $cond: [isToday, path, 0] })
  const granted = (then: object, otherwise: string) => ({
    $cond: [{ $eq: ['$granted', turn] }, then, otherwise],
  })
  return [
    { $set: { at: { $max: ['$at', now] } } },
    {
      $set: {
        messages: usedToday('$messages'),
        newEndpoints: usedToday('$newEndpoints'),
        day: today,
      },
    },
    { $set: { granted: { $cond: [fits(adds, quota), turn, { $ifNull: ['$granted', ''] }] } } },
    {
      $set: {
        messages: granted({ $add: ['$messages', adds.messages] }, '$messages'),
        newEndpoints: granted({ $add: ['$newEndpoints', adds.newEndpoints] }, '$newEndpoints'),
        shares: granted({ $add: ['$shares', adds.shares] }, '$shares'),
      },
    },
  ]
}

/** The rule of `overQuota`, as an expression. */
function fits(adds: QuotaUse, quota: Quota | null): object | boolean {
  if (!quota) return true
  const messages = { $lte: [{ $add: ['$messages', adds.messages] }, quota.messagesPerDay] }
  if (adds.newEndpoints === 0) return messages
  const endpoints = { $add: ['$newEndpoints', adds.newEndpoints] }
  return { $and: [messages, { $lte: [endpoints, quota.newEndpointsPerDay] }] }
}
