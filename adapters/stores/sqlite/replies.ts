import type { DeliveryId, ReplyId } from '#core/ids.ts'
import type { Budget, ConsentWord, NewAnswer, ReplyStore } from '#ports/store/replies.ts'
import {
  type CountedTurn,
  claimAnswer,
  isFresh,
  isWithin,
  newAnswer,
  nextTurn,
  type StoredAnswer,
  settleAnswer,
  type Turn,
  turnsToSee,
} from '../answer-steps.ts'
import { pageOf, positionOf } from '../cursor.ts'
import type { Database } from './database.ts'
import { answerOf, replyOf, replyRow } from './reply-rows.ts'

export interface SqliteReplies extends ReplyStore {
  /** Within a write: what was replied to a delivery goes with its recipient. */
  blankTo(delivery: DeliveryId): void
}

/** What was owed for it is owed no more: nobody knows any longer what it was. */
const BLANK = `
  UPDATE reply SET text = NULL, from_channel = NULL, from_value = NULL, answer = NULL,
    answer_channel = NULL, answer_key = NULL, budget = NULL, turn = NULL, due_at = NULL, held = 0`

export function createSqliteReplies(db: Database): SqliteReplies {
  const has = db.prepare('SELECT 1 FROM reply WHERE id = ?')
  const get = db.prepare('SELECT * FROM reply WHERE id = ?')
  const insert = db.prepare(`
    INSERT INTO reply (id, channel, connection, at, endpoint, from_channel, from_value, text, means,
      delivery, share, answer, answer_channel, answer_key, budget, turn, due_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const lastOfKey = db.prepare('SELECT max(at) AS at FROM reply WHERE answer_key = ?')
  const lastTurns = db.prepare(
    'SELECT turn AS nth, at FROM reply WHERE budget = ? ORDER BY turn DESC LIMIT ?',
  )
  const lastWord = db.prepare(`
    SELECT id AS reply, means, at FROM reply
    WHERE endpoint = ? AND means IN ('stop', 'start') AND at = (
      SELECT max(at) FROM reply WHERE endpoint = ? AND means IN ('stop', 'start'))`)
  const page = db.prepare(`
    SELECT * FROM reply WHERE share = ? AND (at, id) < (?, ?)
    ORDER BY at DESC, id DESC LIMIT ?`)
  const due = db.prepare(`
    SELECT * FROM reply WHERE answer_channel = ? AND due_at <= ? ORDER BY due_at LIMIT ?`)
  const update = db.prepare(`
    UPDATE reply SET due_at = ?, epoch = ?, held = ?, attempts = ?, unknowns = ? WHERE id = ?`)
  const blankTo = db.prepare(
    `${BLANK} WHERE delivery = ? AND share IS NOT NULL AND text IS NOT NULL`,
  )
  const old = db.prepare(`
    SELECT id, share FROM reply WHERE text IS NOT NULL AND at <= ? ORDER BY at LIMIT ?`)
  const blank = db.prepare(`${BLANK} WHERE id = ?`)
  const forget = db.prepare('DELETE FROM reply WHERE id = ?')

  const isOwed = (owed: NewAnswer): boolean => {
    const { once } = owed
    if (!isFresh(owed, db.now())) return false
    const last = lastOfKey.get(once.key)?.at as number | null
    return last === null || !isWithin(last, once.withinMs, db.now())
  }
  const turnFor = (budget: Budget): Turn | null => {
    const last = lastTurns.all(budget.key, turnsToSee(budget)) as unknown as CountedTurn[]
    return nextTurn(budget, last, db.now())
  }
  const put = (id: ReplyId, answer: StoredAnswer): void => {
    const { dueAt, epoch, isHeld, attempts, unknowns } = answer
    update.run(dueAt, epoch, isHeld ? 1 : 0, attempts, unknowns, id)
  }

  return {
    has: (id) => db.read(() => has.get(id) !== undefined),
    keep: (reply, owed) =>
      db.write(() => {
        if (has.get(reply.id)) return false
        const now = db.now()
        const turn = owed?.budget ? turnFor(owed.budget) : null
        const isLeft = !owed?.budget || turn !== null
        const answer = owed && isOwed(owed) && isLeft ? newAnswer(owed, now) : null
        insert.run(
          reply.id,
          reply.connection.channel,
          reply.connection.connection,
          now,
          reply.endpoint,
          reply.from.channel,
          reply.from.value,
          reply.text,
          reply.means,
          reply.delivery,
          reply.share,
          answer?.kind ?? null,
          answer?.channel ?? null,
          answer && owed ? owed.once.key : null,
          answer && turn ? turn.budget : null,
          answer && turn ? turn.nth : null,
          answer?.dueAt ?? null,
        )
        if (reply.share !== null) db.changed(reply.share)
        return true
      }),
    lastWord: (endpoint) =>
      db.read(() => {
        const words = lastWord.all(endpoint, endpoint) as unknown as ConsentWord[]
        const word = words.find(({ means }) => means === 'stop') ?? words[0]
        return word ? { ...word } : null
      }),
    ofShare: (share, { limit, cursor }) =>
      db.read(() => {
        const { at, id } = positionOf(cursor) ?? { at: Number.MAX_SAFE_INTEGER, id: '' }
        const rows = page.all(share, at, id, limit + 1).map(replyRow)
        return pageOf(rows.map(replyOf), limit, (reply) => ({ at: reply.at, id: reply.id }))
      }),
    claim: ({ channel, limit, leaseMs }) =>
      db.write(() => {
        const now = db.now()
        return due.all(channel, now, limit).flatMap((found) => {
          const row = replyRow(found)
          const owed = answerOf(row)
          if (!owed) return []
          const held = claimAnswer(owed, leaseMs, now)
          put(row.id, held)
          const { kind, epoch, attempts, unknowns } = held
          const lease = { reply: row.id, epoch }
          return [{ lease, reply: replyOf(row), kind, channel, attempts, unknowns }]
        })
      }),
    settle: ({ reply, epoch }, settlement) =>
      db.write(() => {
        const found = get.get(reply)
        const answer = found ? answerOf(replyRow(found)) : null
        if (!answer?.isHeld || answer.epoch !== epoch) return false
        put(reply, settleAnswer(answer, settlement, db.now()))
        return true
      }),
    purge: (olderThanMs, limit) =>
      db.write(() => {
        const rows = old.all(db.now() - olderThanMs, limit)
        for (const { id, share } of rows) (share === null ? forget : blank).run(id ?? null)
        return rows.length
      }),
    blankTo(delivery) {
      blankTo.run(delivery)
    },
  }
}
