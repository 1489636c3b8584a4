import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import type { PassalongError } from '#core/errors.ts'
import type { Instant } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import type { VisitBatch } from '#ports/store/visits.ts'
import { type BackupContents, countContents } from './backup-contents.ts'
import { damaged, seal } from './backup-seal.ts'
import { holdDataFolder } from './data-folder.ts'
import { BUSY_MS } from './database.ts'
import { DATABASE } from './folder-names.ts'
import { refuseNewer } from './migrations.ts'
import { refuseMoved } from './moved-mark.ts'
import { syncFolder } from './sync-folder.ts'
import { hasUnfinishedRestore } from './unfinished-restore.ts'
import { createVisitLog } from './visit-log.ts'

/** Copied at a time, about 2 MiB: the disk is left to others in between. */
const PAGES_AT_ONCE = 500

/** A backup that is being made, with what SQLite puts beside it. */
const MAKING = /\.\d+\.passalong-making(?:-journal)?$/
/** One that was not written to for so long was killed: by process ids other machines' could not be told. */
const ABANDONED_MS = 3 * 3_600_000

/** What this release writes; a later one may add to it. */
export const BACKUP_FORMAT = 1

export interface BackupJob {
  readonly dataDir: string
  readonly file: string
  /** Replaces a file that is there. */
  readonly force: boolean
  readonly madeAt: Instant
  /** What stop links, suppressions and sessions rest on; null where nobody needed one yet. */
  readonly sessionSecret: string | null
  /** Visits that the folder's spool holds for the store: they come with it. Read before the database is. */
  readonly spooled: Iterable<VisitBatch>
  /** Pages of the database; throwing ends the copy. */
  onProgress(done: number, total: number): void
}

/** What a finished backup came to. */
export interface BackupMade extends BackupContents {
  readonly bytes: number
}

/**
 * Copies the data folder into one file for its owner alone, whether a server works on it or not: an SQLite
 * database of one moment, with the session secret, checked from end to end and sealed. The file is there whole
 * or not at all. Throws `conflict` where there is one already or the data was moved elsewhere, `not_found` where
 * there is no data, `invalid_request` for a file in the data folder.
 */
export async function makeBackup(job: BackupJob): Promise<BackupMade> {
  const { file, force } = job
  refuseMoved(job.dataDir)
  refuseWithin(job.dataDir, file)
  if (!force && existsSync(file)) {
    throw refusal('conflict', 'backup.cannot.exists', { values: { file } })
  }
  const database = databaseOf(job.dataDir)
  const making = `${file}.${process.pid}.passalong-making`
  try {
    dropAbandoned(file)
    makePrivate(making)
    await copyOneMoment(database, making, job.onProgress)
    const contents = complete(making, job)
    await seal(making)
    const { size: bytes } = statSync(making)
    renameSync(making, file)
    syncFolder(dirname(resolve(file)))
    return { ...contents, bytes }
  } catch (error) {
    for (const part of [making, `${making}-journal`]) rmSync(part, { force: true })
    throw asUnwritable(error, file)
  }
}

/** Removes what a kill left of earlier backups into the same folder: each is as precious as the data. */
function dropAbandoned(file: string): void {
  const folder = dirname(resolve(file))
  const before = Date.now() - ABANDONED_MS
  for (const name of readdirSync(folder).filter((entry) => MAKING.test(entry))) {
    const left = join(folder, name)
    const { mtimeMs } = statSync(left, { throwIfNoEntry: false }) ?? { mtimeMs: Infinity }
    if (mtimeMs < before) rmSync(left, { force: true })
  }
}

/** A backup there is lost with the folder, and by its name could replace the very database. */
function refuseWithin(folder: string, file: string): void {
  const [inside, place] = [folder, dirname(resolve(file))].map(realPath)
  if (inside === undefined || place === undefined) return
  if (/^\.\.(\/|$)/.test(relative(inside, place))) return
  throw refusal('invalid_request', 'backup.cannot.within', { values: { file, folder } })
}

function realPath(path: string): string | undefined {
  return existsSync(path) ? realpathSync(path) : undefined
}

/** The folder's database file, with a restore that a kill left unfinished carried out first. */
function databaseOf(dataDir: string): string {
  if (hasUnfinishedRestore(dataDir)) holdDataFolder({ dataDir }).release()
  const database = join(dataDir, DATABASE)
  const found = statSync(database, { throwIfNoEntry: false })
  if (!found || found.size === 0) {
    throw refusal('not_found', 'backup.cannot.nothing', { values: { folder: dataDir } })
  }
  return database
}

function makePrivate(file: string): void {
  closeSync(openSync(file, 'w', 0o600))
  chmodSync(file, 0o600)
}

/** A transaction holds the moment: without it, each write of the server's would begin the copy anew. */
async function copyOneMoment(
  from: string,
  to: string,
  onProgress: BackupJob['onProgress'],
): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true, timeout: BUSY_MS })
  try {
    source.exec('BEGIN')
    source.prepare('SELECT count(*) FROM sqlite_schema').get()
    await backup(source, to, {
      rate: PAGES_AT_ONCE,
      progress: ({ totalPages, remainingPages }) =>
        onProgress(totalPages - remainingPages, totalPages),
    })
  } finally {
    source.close()
  }
}

/** Adds what does not stand in the database, and reads all of it. */
function complete(file: string, job: BackupJob): BackupContents {
  const copy = new DatabaseSync(file)
  try {
    refuseNewer(copy, job.dataDir)
    // One file, without a write-ahead log beside it.
    copy.exec('PRAGMA journal_mode = DELETE')
    copy.exec('BEGIN')
    copy.exec('CREATE TABLE backup (format INTEGER, made_at INTEGER, session_secret TEXT) STRICT')
    copy
      .prepare('INSERT INTO backup VALUES (?, ?, ?)')
      .run(BACKUP_FORMAT, job.madeAt, job.sessionSecret)
    const log = createVisitLog(copy)
    for (const batch of job.spooled) log.append(batch)
    copy.exec('COMMIT')
    checkIntegrity(copy, file)
    return countContents(copy)
  } finally {
    copy.close()
  }
}

/** Throws where the database's structure is broken anywhere. */
export function checkIntegrity(db: DatabaseSync, file: string): void {
  const found = db.prepare('PRAGMA integrity_check(1)').get()?.integrity_check
  if (found !== 'ok') throw damaged(file, found)
}

function asUnwritable(error: unknown, file: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  const ofSystem = typeof code === 'string' && /^(E[A-Z]+|ERR_SQLITE_ERROR)$/.test(code)
  return ofSystem ? unwritable(file, message, error) : error
}

function unwritable(file: string, why: string, cause: unknown): PassalongError {
  return refusal('unavailable', 'backup.cannot.write', { values: { file, why }, cause })
}
