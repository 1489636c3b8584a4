import type { DatabaseSync } from 'node:sqlite'

/** What a backup holds, for the person who made or restored it. */
export interface BackupContents {
  readonly accounts: number
  readonly shares: number
  readonly deliveries: number
  /** Deliveries that have not come to an end: a server on this data sends them. */
  readonly unfinished: number
}

const COUNTS = `SELECT
  (SELECT count(*) FROM account) AS accounts,
  (SELECT count(*) FROM share) AS shares,
  (SELECT count(*) FROM delivery) AS deliveries,
  (SELECT count(*) FROM delivery WHERE due_at IS NOT NULL) AS unfinished`

export function countContents(db: DatabaseSync): BackupContents {
  const row = db.prepare(COUNTS).get()
  return {
    accounts: Number(row?.accounts),
    shares: Number(row?.shares),
    deliveries: Number(row?.deliveries),
    unfinished: Number(row?.unfinished),
  }
}
