import type { DeliveryState } from '#core/delivery.ts'
import type { AccountId, ShareId } from '#core/ids.ts'
import type { Share } from '#core/share.ts'
import type { RevisedShare, ShareStore, ShareSummary } from '#ports/store/shares.ts'
import { type Position, pageOf, positionOf } from '../cursor.ts'
import { markStep } from '../move-steps.ts'
import { plannedShare } from '../plan-steps.ts'
import { replayOf } from '../replay.ts'
import { createRevisionLog } from '../revision-log.ts'
import { viewOf } from '../stored-delivery.ts'
import { createAdditions } from './additions.ts'
import { createBlanking } from './blanking.ts'
import type { Database } from './database.ts'
import type { DeliveryTable } from './delivery-table.ts'
import type { ReachTable } from './reach-table.ts'
import type { Receipts } from './receipts.ts'
import type { SqliteReplies } from './replies.ts'
import { SHARE_COLUMNS, type ShareRow, shareOf } from './rows.ts'

/** How many shares an export reads at a time. */
const EXPORT_PAGE = 50

const INSERT = `
  INSERT INTO share (id, account, target, note, tracking, locale, created_at, send_at, expires_at,
    revision, next_n)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

export interface SharesDeps {
  readonly table: DeliveryTable
  readonly reach: ReachTable
  readonly receipts: Receipts
  readonly replies: Pick<SqliteReplies, 'blankTo'>
  /** Deliveries of the share that a human opened. */
  readonly openedCount: (share: ShareId) => number
}

export function createSqliteShares(
  db: Database,
  { table, reach, receipts, replies, openedCount }: SharesDeps,
): ShareStore {
  const additions = createAdditions(db, table)
  const log = createRevisionLog()
  const insert = db.prepare(INSERT)
  const nextN = db.prepare('SELECT next_n AS n FROM share WHERE id = ?')
  const setNext = db.prepare('UPDATE share SET next_n = ? WHERE id = ?')
  const page = db.prepareTuples(`
    SELECT ${SHARE_COLUMNS} FROM share WHERE account = ? AND (created_at, id) < (?, ?)
    ORDER BY created_at DESC, id DESC LIMIT ?`)
  const pageUp = db.prepareTuples(`
    SELECT ${SHARE_COLUMNS} FROM share WHERE account = ? AND (created_at, id) > (?, ?)
    ORDER BY created_at, id LIMIT ?`)
  const states = db.prepare(`
    SELECT iif(state = 'scheduled' AND due_at <= ?, 'queued', state) AS state, count(*) AS n
    FROM delivery WHERE share = ? GROUP BY 1`)
  const cancel = db.prepare(`
    UPDATE share SET cancelled_at = coalesce(cancelled_at, ?) WHERE id = ?`)
  const recall = db.prepare(`
    UPDATE share SET recalled_at = coalesce(recalled_at, ?) WHERE id = ?`)
  const changed = db.prepare(`
    SELECT from_at AS "from", share FROM changed_share WHERE from_at <= ? ORDER BY from_at LIMIT ?`)
  const unmark = db.prepare('DELETE FROM changed_share WHERE from_at = ? AND share = ?')
  const raise = db.prepare(`
    UPDATE share SET revision = revision + 1 WHERE id = ? RETURNING id, account, revision`)

  const insertShare = (share: Share, next: number): void => {
    insert.run(
      share.id,
      share.account,
      JSON.stringify(share.target),
      share.note,
      share.tracking,
      share.locale,
      share.createdAt,
      share.sendAt,
      share.expiresAt,
      share.revision,
      next,
    )
  }
  const summaryOf = (share: Share): ShareSummary => {
    const rows = states.all(db.now(), share.id) as unknown as { state: DeliveryState; n: number }[]
    const total = rows.reduce((sum, { n }) => sum + n, 0)
    const counts = Object.fromEntries(rows.map(({ state, n }) => [state, n]))
    return { share, states: counts, opened: openedCount(share.id), total }
  }
  const exportPage = (account: AccountId, after: Position) =>
    db.read(() => {
      const rows = pageUp.all(account, after.at, after.id, EXPORT_PAGE) as unknown as ShareRow[]
      return rows.map(shareOf)
    })
  const deliveriesOf = (share: Share) =>
    db.read(() => table.ofShare(share.id).map((delivery) => viewOf(delivery, db.now())))

  return {
    findByKey: (account, key, hash) => db.read(() => additions.taken(account, { key, hash })),
    accept: (plan) =>
      db.write(() => {
        const before = additions.taken(plan.account, plan.idempotency)
        if (before) return before
        const repeated = table.share(plan.id)
        if (repeated) return replayOf(repeated, plan)
        const now = db.now()
        const refusal = additions.refusal(plan.account, plan, now)
        if (refusal) return refusal
        const share = plannedShare(plan, now)
        insertShare(share, plan.deliveries.length)
        return { kind: 'accepted', share, added: additions.add(share, 0, plan, now) }
      }),
    extend: (plan) =>
      db.write(() => {
        const share = table.share(plan.share)
        if (!share || share.account !== plan.account) return { kind: 'not-found' }
        const before = additions.taken(plan.account, plan.idempotency)
        if (before) return before
        const now = db.now()
        const refusal = additions.refusal(plan.account, plan, now)
        if (refusal) return refusal
        const first = Number(nextN.get(share.id)?.n)
        const added = additions.add(share, first, plan, now)
        setNext.run(first + plan.deliveries.length, share.id)
        db.changed(share.id)
        return { kind: 'accepted', share, added }
      }),
    get: (id) => db.read(() => table.share(id) ?? null),
    page: (account, { limit, cursor }) =>
      db.read(() => {
        const { at, id } = positionOf(cursor) ?? { at: Number.MAX_SAFE_INTEGER, id: '' }
        const rows = page.all(account, at, id, limit + 1) as unknown as ShareRow[]
        const lines = pageOf(rows.map(shareOf), limit, (share) => ({
          at: share.createdAt,
          id: share.id,
        }))
        return { items: lines.items.map(summaryOf), cursor: lines.cursor }
      }),
    mark: (id, mark) =>
      db.write(() => {
        const statement = mark === 'cancelled' ? cancel : recall
        const now = db.now()
        if (statement.run(now, id).changes === 0) return false
        for (const delivery of table.ofShare(id)) {
          const ended = markStep(delivery, mark, now)
          if (ended) table.put(delivery, ended)
        }
        db.changed(id)
        return true
      }),
    revise: async (limit) => {
      const revised = await db.writeUnsynced(() => {
        const rows = changed.all(db.now(), limit) as unknown as { from: number; share: ShareId }[]
        for (const { from, share } of rows) unmark.run(from, share)
        return [...new Set(rows.map(({ share }) => share))].flatMap((share) => {
          const revised = raise.get(share) as RevisedShare | undefined
          return revised ? [{ ...revised }] : []
        })
      })
      log.add(revised)
      return revised
    },
    revisedSince: async (mark, limit) => log.since(mark, limit),
    ...createBlanking(db, { table, reach, receipts, replies }),
    async *export(account) {
      let after: Position = { at: -1, id: '' }
      for (;;) {
        const found = await exportPage(account, after)
        for (const share of found) yield { share, deliveries: await deliveriesOf(share) }
        const last = found.at(-1)
        if (!last || found.length < EXPORT_PAGE) return
        after = { at: last.createdAt, id: last.id }
      }
    },
  }
}
