import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Instant } from '#core/ids.ts'
import { SESSION_SECRET, SPOOL } from './folder-names.ts'
import { syncFolder } from './sync-folder.ts'

/**
 * A restore is decided by one rename: of the folder where its files were made ready. From then on whoever holds
 * the data folder next carries it out; each step may be done again after a kill.
 */
const READY = /^restore-(\d{8}T\d{9}Z)$/
const MAKING = /^restore-\d{8}T\d{9}Z\.making$/

/** Where a restore's files are made ready, and where they stand once it is decided. */
export function restorePlaces(
  folder: string,
  now: Instant,
): { readonly making: string; readonly ready: string } {
  const stamp = new Date(now).toISOString().replaceAll(/[-:.]/g, '')
  const ready = join(folder, `restore-${stamp}`)
  return { making: `${ready}.making`, ready }
}

/** Removes the copies that a kill left of restores which were never decided. Call it while the folder is held. */
export function dropAbandonedRestores(folder: string): void {
  for (const name of readdirSync(folder).filter((entry) => MAKING.test(entry))) {
    rmSync(join(folder, name), { recursive: true, force: true })
  }
}

export function hasUnfinishedRestore(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => READY.test(name))
}

/**
 * Carries out a restore that was decided: what the folder holds goes aside, into a folder of its own, and the
 * restored files take its place. Call it while the folder is held. The folder where the old files lie, or null
 * where there were none.
 */
export function finishRestore(folder: string, database: string): string | null {
  const name = readdirSync(folder).find((entry) => READY.test(entry))
  const stamp = READY.exec(name ?? '')?.[1]
  if (name === undefined || stamp === undefined) return null
  const ready = join(folder, name)
  const aside = join(folder, `replaced-${stamp}`)
  mkdirSync(aside, { recursive: true, mode: 0o700 })
  if (existsSync(join(ready, database))) {
    for (const part of goesWith(database)) putAside(join(folder, part), join(aside, part))
    const brought = broughtWith(database).filter((part) => existsSync(join(ready, part)))
    for (const part of brought) {
      putAside(join(folder, part), join(aside, part))
      renameSync(join(ready, part), join(folder, part))
    }
  }
  for (const place of [aside, folder]) syncFolder(place)
  rmdirSync(ready)
  if (readdirSync(aside).length > 0) return aside
  rmdirSync(aside)
  return null
}

/** What belongs to the database that is replaced, and goes with it. */
function goesWith(database: string): readonly string[] {
  return [`${database}-wal`, `${database}-shm`, SPOOL]
}

/** What a restore brings. The database is last: while its new one waits, work is left. */
function broughtWith(database: string): readonly string[] {
  return [SESSION_SECRET, database]
}

/** What was put aside before a kill is the old one; what stands in its place since then is nobody's data. */
function putAside(old: string, put: string): void {
  const found = statSync(old, { throwIfNoEntry: false })
  if (!found || existsSync(put)) return
  // A file was made to hold the folder by, where there was none.
  if (found.isFile() && found.size === 0) unlinkSync(old)
  else renameSync(old, put)
}
