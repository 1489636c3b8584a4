import type { DatabaseSync } from 'node:sqlite'
import type { SharePlan } from '#ports/store/shares.ts'

/** The rows of an accepted share, and nothing else of it, stored by the plainest means. */
export interface RawTable {
  /** Makes the rows ready, which is not timed; what it returns stores them. */
  prepare(plan: SharePlan): Promise<() => Promise<void>>
}

/** The same rows and sync, in a table with its primary key and the unique code, and nothing else. */
export function createSqliteTable(db: DatabaseSync): RawTable {
  db.exec('PRAGMA journal_mode = WAL')
  db.exec('PRAGMA synchronous = FULL')
  db.exec(`CREATE TABLE delivery (share TEXT, n INTEGER, code TEXT UNIQUE, account TEXT,
    channel TEXT, connection TEXT, value TEXT, recipient TEXT, name TEXT, endpoint TEXT,
    cost INTEGER, state TEXT, due_at INTEGER, deadline_at INTEGER, PRIMARY KEY (share, n)
  ) WITHOUT ROWID, STRICT`)
  const insert = db.prepare(
    'INSERT INTO delivery VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  return {
    prepare: async (plan) => async () => {
      const due = Date.now()
      db.exec('BEGIN IMMEDIATE')
      for (const { n, code, lane, address, recipient, name, endpoint, cost } of plan.deliveries) {
        const { channel, connection } = lane
        const who = [plan.account, channel, connection, address.value, recipient, name, endpoint]
        insert.run(plan.id, n, code, ...who, cost, 'queued', due, due)
      }
      db.exec('COMMIT')
    },
  }
}
