import { closeSync, fchmodSync, fstatSync, mkdirSync, openSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PassalongError } from '#core/errors.ts'
import { refusal } from '#core/refusal.ts'
import { DATABASE } from './folder-names.ts'
import { refuseMoved } from './moved-mark.ts'
import { dropAbandonedRestores, finishRestore } from './unfinished-restore.ts'

/** A data folder, or the database file itself. */
export type SqlitePlace = { readonly dataDir: string } | { readonly path: string }

export interface DataFolder {
  readonly folder: string
  readonly database: string
  /** May be called again. */
  release(): void
}

/**
 * Makes the folder (for its owner alone) and holds it for this process. The lock is a transaction on a small
 * database beside the data: the system ends it with the process, however that ends. A restore that was decided
 * and not carried out yet is, here.
 * Throws `conflict` where another process holds it, or its data was moved elsewhere, as `refuse` sees it.
 */
export function holdDataFolder(
  place: SqlitePlace,
  refuse: (folder: string) => void = refuseMoved,
): DataFolder {
  const path = 'dataDir' in place ? join(place.dataDir, DATABASE) : place.path
  const database = resolve(path)
  const folder = dirname(database)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const file of [database, `${database}.lock`]) makePrivateFile(file)
  } catch (error) {
    throw folderFault(folder, error)
  }
  const lock = lockOrThrow(`${database}.lock`, folder)
  try {
    refuse(folder)
    finishRestore(folder, basename(database))
    dropAbandonedRestores(folder)
  } catch (error) {
    lock.close()
    throw error instanceof PassalongError ? error : folderFault(folder, error)
  }
  return { folder, database, release: () => lock.isOpen && lock.close() }
}

/** Private too where a copy brought another mode along. What SQLite adds beside it takes over its mode. */
function makePrivateFile(file: string): void {
  const opened = openSync(file, 'a', 0o600)
  const open = (fstatSync(opened).mode & 0o077) !== 0
  if (open) fchmodSync(opened, 0o600)
  closeSync(opened)
}

function lockOrThrow(file: string, folder: string): DatabaseSync {
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(file, { timeout: 0 })
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    if (lock?.isOpen) lock.close()
    const busy = (error as { errcode?: number }).errcode === 5
    throw busy ? inUse(folder, error) : folderFault(folder, error)
  }
}

function inUse(folder: string, cause: unknown): PassalongError {
  return refusal('conflict', 'setup.cannot.folder_in_use', { values: { folder }, cause })
}

function folderFault(folder: string, cause: unknown): PassalongError {
  return refusal('unavailable', 'setup.cannot.folder', { values: { folder }, cause })
}
