import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Instant, ShareId } from '#core/ids.ts'
import { asUnavailable, unwritable } from './faults.ts'
import { createGroupCommit } from './group-commit.ts'
import { migrate } from './migrations.ts'
import { createSyncer } from './syncer.ts'

/** Memory for pages, in KiB. */
const CACHE_KIB = 64 * 1024
/** How long a connection waits for another one's lock. */
export const BUSY_MS = 5_000

/**
 * The store's connection. One thread, several connections at most: a transaction never awaits, so that no
 * other connection of the process meets it half done.
 */
export interface Database {
  /** The file, for further connections (`connect`). */
  readonly file: string
  readonly now: () => Instant
  /** A statement, prepared once. */
  prepare(sql: string): StatementSync
  /** The same, its rows as arrays: far cheaper where they are wide. */
  prepareTuples(sql: string): StatementSync
  /** Every statement prepared so far, for tests of query plans. */
  prepared(): readonly string[]
  /** Runs what only reads; faults become `unavailable`. */
  read<T>(operation: () => T): Promise<T>
  /** Runs a whole use case in one synced commit, shared with concurrent ones. The operation must not await. */
  write<T>(operation: () => T): Promise<T>
  /** As `write`, for whom nobody waits: up to some milliseconds later, in a fuller commit. */
  writeSoon<T>(operation: () => T): Promise<T>
  /**
   * As `writeSoon`, but not synced: it outlives the process, and a power cut only once something later is. For
   * what can be found out again, so that it never waits for the disk behind a flood of visits.
   */
  writeUnsynced<T>(operation: () => T): Promise<T>
  /** Within `write`: the share's revision must rise. */
  changed(share: ShareId): void
  /** Commits what waits and closes. */
  close(): void
}

export function openDatabase(file: string, now: () => Instant): Database {
  const db = connect(file)
  try {
    // What is blanked or deleted is gone from the file too, not only from the rows.
    db.exec('PRAGMA secure_delete = ON')
    migrate(db, file)
  } catch (error) {
    db.close()
    throw asUnavailable(error)
  }
  const statements = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql)
    if (known) return known
    const statement = db.prepare(sql)
    statements.set(sql, statement)
    return statement
  }

  const touched = new Set<ShareId>()
  const markChanged = prepare('INSERT OR IGNORE INTO changed_share (from_at, share) VALUES (0, ?)')
  const begin = prepare('BEGIN IMMEDIATE')
  const commit = prepare('COMMIT')
  const transaction = <T>(operation: () => T): T => {
    try {
      begin.run()
      const result = operation()
      for (const share of touched) markChanged.run(share)
      commit.run()
      return result
    } catch (error) {
      if (db.isOpen && db.isTransaction) db.exec('ROLLBACK')
      throw asUnavailable(error)
    } finally {
      touched.clear()
    }
  }
  // Commits are left to the system's cache and synced here, off this thread: within SQLite (FULL) each would
  // hold the event loop up for as long as the disk takes.
  const log = createSyncer(`${file}-wal`)
  const group = createGroupCommit({
    transaction,
    sync: () => log.sync().catch((error: unknown) => Promise.reject(unwritable(error))),
    syncNow: log.syncNow,
  })

  return {
    file,
    now,
    prepare,
    prepareTuples(sql) {
      const statement = prepare(sql)
      statement.setReturnArrays(true)
      return statement
    },
    prepared: () => [...statements.keys()],
    async read(operation) {
      try {
        return operation()
      } catch (error) {
        throw asUnavailable(error)
      }
    },
    write: group.write,
    writeSoon: group.writeSoon,
    writeUnsynced: group.writeUnsynced,
    changed: (share) => touched.add(share),
    close() {
      if (!db.isOpen) return
      group.flush()
      log.close()
      db.close()
    },
  }
}

/** A connection with the settings that all of ours share. */
export function connect(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: BUSY_MS })
  try {
    db.exec('PRAGMA journal_mode = WAL')
    db.exec('PRAGMA synchronous = NORMAL')
    // Checkpoints are the checkpointer's: on this thread they would hold up whatever comes meanwhile.
    db.exec('PRAGMA wal_autocheckpoint = 0')
    db.exec(`PRAGMA cache_size = -${CACHE_KIB}`)
    db.exec('PRAGMA temp_store = MEMORY')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}
