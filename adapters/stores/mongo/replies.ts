import type { mongo } from 'mongoose'
import type { DeliveryId, Instant } from '#core/ids.ts'
import type { Budget, KeptReply, NewAnswer, OwedAnswer, ReplyStore } from '#ports/store/replies.ts'
import {
  claimAnswer,
  isFresh,
  newAnswer,
  nextTurn,
  type StoredAnswer,
  settleAnswer,
  type Turn,
  turnsToSee,
} from '../answer-steps.ts'
import { pageOf, positionOf } from '../cursor.ts'
import type { Changes } from './changes.ts'
import type { Database } from './database.ts'
import { isTaken } from './faults.ts'
import {
  answerOf,
  type ReplyDocument,
  replyDocument,
  replyOf,
  replySchema,
} from './reply-document.ts'
import { withinPart } from './update.ts'

export interface MongoReplies extends ReplyStore {
  /** What was replied to deliveries goes with their recipients. */
  blankTo(deliveries: readonly DeliveryId[]): Promise<void>
}

type Filter = mongo.Filter<ReplyDocument>
type Update = mongo.UpdateFilter<ReplyDocument>

/** What was owed for it is owed no more: nobody knows any longer what it was. */
const BLANK: Update = {
  $unset: { from: 1, text: 1, keptAt: 1, key: 1, turn: 1, answer: 1, owed: 1 },
} as unknown as Update

/**
 * A reply and what is owed for it are one document, so that they are kept together. That an answer is owed once is
 * the index of keys': a key whose time is over is taken away before another document bears it. That no more are owed
 * than a budget has is the index of turns': who comes too late for one looks again.
 */
export function createMongoReplies(db: Database, changes: Pick<Changes, 'watch'>): MongoReplies {
  const collection = db.collection('replies', replySchema)

  const freeLapsed = async ({ once }: NewAnswer, now: Instant): Promise<void> => {
    if (once.withinMs === null) return
    const lapsed = { key: once.key, at: { $lte: now - once.withinMs } } as Filter
    const update = { $unset: { key: 1 } } as unknown as Update
    await db.attempt(() => collection.updateOne(lapsed, update))
  }

  const turnFor = async (budget: Budget, now: Instant): Promise<Turn | null> => {
    const query = collection
      .find({ 'turn.budget': budget.key } as Filter)
      .sort({ 'turn.nth': -1 })
      .limit(turnsToSee(budget))
    const last = await db.attempt(() => query.toArray())
    const turns = last.flatMap(({ turn, at }) => (turn ? [{ nth: turn.nth, at }] : []))
    return nextTurn(budget, turns, now)
  }

  /** Whether it was; `owed`: an answer of the key is owed already; `late`: another has its turn. */
  const insert = async (document: ReplyDocument): Promise<'kept' | 'known' | 'owed' | 'late'> => {
    try {
      await db.attempt(() => collection.insertOne(document))
      return 'kept'
    } catch (error) {
      if (isTaken(error, 'key')) return 'owed'
      if (isTaken(error, 'turn')) return 'late'
      if (isTaken(error)) return 'known'
      throw error
    }
  }

  /** Each time that it is late another answer was counted, so that it ends where the budget does. */
  const keepOwing = async (kept: KeptReply, owed: NewAnswer): Promise<boolean> => {
    const { budget, once } = owed
    const turn = budget && (await turnFor(budget, kept.at))
    if (budget && !turn) return keepAlone(kept)
    const answer = newAnswer(owed, kept.at)
    const written = await insert(replyDocument({ reply: kept, key: once.key, turn, answer }))
    if (written === 'late') return keepOwing(kept, owed)
    return written === 'owed' ? keepAlone(kept) : written === 'kept'
  }

  const keepAlone = async (reply: KeptReply): Promise<boolean> =>
    (await insert(replyDocument({ reply, key: null, turn: null, answer: null }))) === 'kept'

  /** Where another claims or settles it first, its epoch is another one. */
  const put = async (before: ReplyDocument, after: StoredAnswer): Promise<boolean> => {
    const { dueAt, kind: _kind, channel, ...answer } = after
    const isAsRead = {
      'answer.epoch': before.answer?.epoch,
      'answer.isHeld': before.answer?.isHeld,
    }
    const owed = dueAt === null ? {} : withinPart('owed', { channel, at: dueAt })
    const update = {
      $set: { ...withinPart('answer', answer), ...owed },
      ...(dueAt === null ? { $unset: { owed: 1 } } : {}),
    } as unknown as Update
    const filter = { _id: before._id, ...isAsRead } as Filter
    const { matchedCount } = await db.attempt(() => collection.updateOne(filter, update))
    return matchedCount === 1
  }

  const claimOne = async (
    document: ReplyDocument,
    leaseMs: number,
    now: Instant,
  ): Promise<readonly OwedAnswer[]> => {
    const answer = answerOf(document)
    if (!answer) return []
    const held = claimAnswer(answer, leaseMs, now)
    if (!(await put(document, held))) return []
    const { kind, channel, epoch, attempts, unknowns } = held
    const lease = { reply: document._id, epoch }
    return [{ lease, reply: replyOf(document), kind, channel, attempts, unknowns }]
  }

  return {
    async has(id) {
      const found = await db.attempt(() =>
        collection.findOne({ _id: id }, { projection: { _id: 1 } }),
      )
      return found !== null
    },
    async keep(reply, asked) {
      const at = await db.readNow()
      const owed = asked && isFresh(asked, at) ? asked : null
      const kept = { ...reply, at }
      if (owed) await freeLapsed(owed, at)
      const write = (): Promise<boolean> => (owed ? keepOwing(kept, owed) : keepAlone(kept))
      return reply.share === null ? write() : changes.watch([reply.share], write)
    },
    async lastWord(endpoint) {
      const query = collection
        .find({ word: endpoint } as Filter)
        .sort({ at: -1, means: -1 })
        .limit(1)
      const [found] = await db.attempt(() => query.toArray())
      if (!found) return null
      return { reply: found._id, means: found.means === 'stop' ? 'stop' : 'start', at: found.at }
    },
    async ofShare(share, { limit, cursor }) {
      const position = positionOf(cursor)
      const before = position
        ? {
            at: { $lte: position.at },
            $or: [{ at: { $lt: position.at } }, { _id: { $lt: position.id } }],
          }
        : {}
      const query = collection
        .find({ share, ...before } as Filter)
        .sort({ at: -1, _id: -1 })
        .limit(limit + 1)
      const found = await db.attempt(() => query.toArray())
      return pageOf(found.map(replyOf), limit, ({ at, id }) => ({ at, id }))
    },
    async claim({ channel, limit, leaseMs }) {
      const now = await db.readNow()
      const query = collection
        .find({ 'owed.channel': channel, 'owed.at': { $lte: now } } as Filter)
        .sort({ 'owed.at': 1 })
        .limit(limit)
      const due = await db.attempt(() => query.toArray())
      const claims = await Promise.all(due.map((document) => claimOne(document, leaseMs, now)))
      return claims.flat()
    },
    async settle({ reply, epoch }, settlement) {
      const [now, found] = await Promise.all([
        db.readNow(),
        db.attempt(() => collection.findOne({ _id: reply })),
      ])
      const answer = found && answerOf(found)
      if (!found || !answer?.isHeld || answer.epoch !== epoch) return false
      return put(found, settleAnswer(answer, settlement, now))
    },
    async purge(olderThanMs, limit) {
      const keptAt = { $lte: (await db.readNow()) - olderThanMs }
      const query = collection.find({ keptAt } as Filter).limit(limit)
      const old = await db.attempt(() =>
        query.project<Pick<ReplyDocument, '_id' | 'share'>>({ share: 1 }).toArray(),
      )
      const idsOf = (isOfShare: boolean) =>
        old.filter(({ share }) => (share !== undefined) === isOfShare).map(({ _id }) => _id)
      if (old.length === 0) return 0
      await db.attempt(() => collection.updateMany({ _id: { $in: idsOf(true) } }, BLANK))
      await db.attempt(() => collection.deleteMany({ _id: { $in: idsOf(false) } }))
      return old.length
    },
    async blankTo(deliveries) {
      const filter = {
        delivery: { $in: [...deliveries] },
        share: { $exists: true },
        keptAt: { $exists: true },
      } as Filter
      await db.attempt(() => collection.updateMany(filter, BLANK))
    },
  }
}
