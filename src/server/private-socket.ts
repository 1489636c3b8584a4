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
import { basename, dirname, join } from 'node:path'

/** Longer paths cannot be bound: 107 bytes on Linux, 103 on macOS. */
const MAX_PATH_BYTES = 103
const NAME = 'passalong.sock'
/** Names the socket where the data folder's own path is too long for one. */
const POINTER = 'passalong.sock.path'

/**
 * Where a client finds the socket of the server on a data folder; nobody need be listening there. Passwords go
 * over it: in the system's temporary folder, which is everybody's, only a socket of this user is one.
 */
export function findSocket(dataDir: string): string {
  const path = join(dataDir, NAME)
  const pointed = fits(path) ? undefined : readPointer(dataDir)
  return pointed !== undefined && isOwnSocket(pointed) ? pointed : path
}

function readPointer(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, POINTER), 'utf8').trim()
  } catch {
    return undefined
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

/** A socket of this process's own, in a new folder below the system's temporary one, for this user alone. */
export function makeOwnSocket(): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'passalong-'))
  return {
    path: join(folder, NAME),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Lets the owner alone connect, whatever the umask was. */
export function guardSocket(path: string): void {
  chmodSync(path, 0o600)
}

/**
 * Removes the socket and what pointed to it. Harmless where there is nothing; a pointer could name anything, so
 * only what is this user's own is touched.
 */
export function removeSocket(dataDir: string): void {
  const pointed = readPointer(dataDir)
  for (const path of [join(dataDir, NAME), pointed]) {
    if (path !== undefined && isOwnSocket(path)) unlinkSync(path)
  }
  if (pointed === undefined) return
  rmSync(join(dataDir, POINTER), { force: true })
  const folder = dirname(pointed)
  const ours = /^passalong-\w{6}$/.test(basename(folder)) && isOwnFolder(folder)
  if (ours) rmSync(folder, { recursive: true, force: true })
}

function isOwnSocket(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isSocket() === true && found.uid === process.getuid?.()
}

function isOwnFolder(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isDirectory() === true && found.uid === process.getuid?.()
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= MAX_PATH_BYTES
}
