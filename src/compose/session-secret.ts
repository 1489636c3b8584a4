import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { SESSION_SECRET } from '#adapters/stores/sqlite/folder-names.ts'
import type { PassalongError } from '#core/errors.ts'
import { refusal } from '#core/refusal.ts'

/**
 * The secret of a data folder, made at the first start and kept beside the data, for its owner alone. Stop links
 * and suppressions rest on it: whoever moves the data moves it too. Call it while the folder is held.
 */
export function keepSessionSecret(dataDir: string): string {
  const path = join(dataDir, SESSION_SECRET)
  const kept = read(path)
  if (kept !== undefined) return kept
  const made = randomBytes(32).toString('base64url')
  const fresh = `${path}.new`
  const file = openSync(fresh, 'w', 0o600)
  writeSync(file, `${made}\n`)
  fsyncSync(file)
  closeSync(file)
  renameSync(fresh, path)
  return made
}

/** The secret that a data folder has already; null where none was made yet. */
export function keptSessionSecret(dataDir: string): string | null {
  return read(join(dataDir, SESSION_SECRET)) ?? null
}

function read(path: string): string | undefined {
  try {
    const kept = readFileSync(path, 'utf8').trim()
    // A copy from a backup may have brought another mode along.
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600)
    if (kept.length >= 32) return kept
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unreadable(path, error)
  }
  throw unreadable(path)
}

function unreadable(path: string, cause?: unknown): PassalongError {
  return refusal('unavailable', 'setup.cannot.session_secret', { values: { path }, cause })
}
