import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Instant } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import { BACKUP_FORMAT, checkIntegrity } from './backup.ts'
import { type BackupContents, countContents } from './backup-contents.ts'
import { damaged, unseal } from './backup-seal.ts'
import { type DataFolder, holdDataFolder } from './data-folder.ts'
import { DATABASE, SESSION_SECRET } from './folder-names.ts'
import { refuseNewer } from './migrations.ts'
import { syncFolder } from './sync-folder.ts'
import { finishRestore, restorePlaces } from './unfinished-restore.ts'

export interface RestoreJob {
  readonly dataDir: string
  readonly file: string
  /** Names the folder that what was there before goes into. */
  readonly now: Instant
  /** Bytes of the backup. */
  onProgress(done: number, total: number): void
}

type SystemFault = NodeJS.ErrnoException & { readonly errcode?: number }

const SQLITE_FULL = 13

/** What a finished restore came to. */
export interface Restored extends BackupContents {
  /** When the backup was made. */
  readonly madeAt: Instant
  readonly sessionSecret: string | null
  /** Where what the folder held before lies now; null where it held nothing. */
  readonly aside: string | null
}

/**
 * Puts a backup in the place of what the data folder holds. The backup is copied and checked first; whenever the
 * process is killed, the folder holds either the old data or the restored. Throws `conflict` where a server is
 * at work on the folder or a newer release made the backup, `invalid_request` where it is damaged, `unavailable`
 * where there is no room for it.
 */
export async function restoreBackup(job: RestoreJob): Promise<Restored> {
  const held = holdDataFolder({ dataDir: job.dataDir })
  try {
    return await restoreInto(held, job)
  } finally {
    held.release()
  }
}

async function restoreInto({ folder }: DataFolder, job: RestoreJob): Promise<Restored> {
  const { making, ready } = restorePlaces(folder, job.now)
  mkdirSync(making, { mode: 0o700 })
  try {
    const found = await prepare(making, job).catch((error: unknown) => {
      throw asUnwritable(error, folder)
    })
    syncFolder(making)
    renameSync(making, ready)
    syncFolder(folder)
    return { ...found, aside: finishRestore(folder, DATABASE) }
  } catch (error) {
    rmSync(making, { recursive: true, force: true })
    throw error
  }
}

function asUnwritable(error: unknown, folder: string): unknown {
  const { code, errcode, message: why } = error as SystemFault
  if (!/^(ENOSPC|EDQUOT|EROFS|EIO)$/.test(code ?? '') && errcode !== SQLITE_FULL) return error
  return refusal('unavailable', 'restore.cannot.write', { values: { folder, why }, cause: error })
}

async function prepare(
  making: string,
  { file, onProgress }: RestoreJob,
): Promise<Omit<Restored, 'aside'>> {
  const database = join(making, DATABASE)
  await unseal(file, database, onProgress)
  const found = unpack(database, file)
  if (found.sessionSecret !== null) {
    const secret = join(making, SESSION_SECRET)
    writeFileSync(secret, `${found.sessionSecret}\n`, { mode: 0o600, flush: true })
  }
  return found
}

/** Checks the database and takes out of it what only a backup holds. */
function unpack(database: string, file: string): Omit<Restored, 'aside'> {
  const db = new DatabaseSync(database)
  try {
    refuseNewer(db, file)
    checkIntegrity(db, file)
    const { madeAt, sessionSecret } = readNote(db, file)
    // What is dropped is gone from the file too.
    db.exec('PRAGMA secure_delete = ON')
    db.exec('DROP TABLE backup')
    return { ...countContents(db), madeAt, sessionSecret }
  } finally {
    db.close()
  }
}

function readNote(db: DatabaseSync, file: string): Pick<Restored, 'madeAt' | 'sessionSecret'> {
  const known = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'backup'").get()
  const note = known && db.prepare('SELECT * FROM backup').get()
  if (!note || Number(note.format) > BACKUP_FORMAT) throw damaged(file)
  return {
    madeAt: note.made_at as Instant,
    sessionSecret: note.session_secret as string | null,
  }
}
