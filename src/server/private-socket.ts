import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Longer paths cannot be bound: 107 bytes on Linux, 103 on macOS. */
const MAX_PATH_BYTES = 103
const NAME = 'passalong.sock'
/** Names the socket where the data folder's own path is too long for one. */
const POINTER = 'passalong.sock.path'

/** Where a client finds the socket of the server on a data folder; nobody need be listening there. */
export function findSocket(dataDir: string): string {
  const path = join(dataDir, NAME)
  if (fits(path)) return path
  try {
    return readFileSync(join(dataDir, POINTER), 'utf8').trim()
  } catch {
    return path
  }
}

/**
 * Where the server on a data folder listens for its command line. What an earlier process left there is removed:
 * call it only while the folder is held. In a long data folder it lies in a new folder of its own below the
 * system's temporary one, for this user alone.
 */
export function placeSocket(dataDir: string): string {
  removeSocket(dataDir)
  const path = join(dataDir, NAME)
  if (fits(path)) return path
  const short = join(mkdtempSync(join(tmpdir(), 'passalong-')), NAME)
  writeFileSync(join(dataDir, POINTER), short, { mode: 0o600 })
  return short
}

/** Lets the owner alone connect, whatever the umask was. */
export function guardSocket(path: string): void {
  chmodSync(path, 0o600)
}

/** Removes the socket and what pointed to it. Harmless where there is nothing. */
export function removeSocket(dataDir: string): void {
  const path = findSocket(dataDir)
  if (isOwnSocket(path)) unlinkSync(path)
  if (path === join(dataDir, NAME)) return
  rmSync(join(dataDir, POINTER), { force: true })
  if (/^passalong-\w{6}$/.test(dirname(path).split('/').at(-1) ?? '')) {
    rmSync(dirname(path), { recursive: true, force: true })
  }
}

/** A pointer file could name anything: only a socket of this user is ever removed. */
function isOwnSocket(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isSocket() === true && found.uid === process.getuid?.()
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= MAX_PATH_BYTES
}
