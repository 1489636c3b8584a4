import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { refusal } from '#core/refusal.ts'
import { syncFolder } from './sync-folder.ts'

const FILE = 'moved'

/** Notes that the folder's data lives at another place now. A server on both would send everything twice. */
export function markMoved(folder: string, place: string): void {
  writeFileSync(join(folder, FILE), `${place}\n`, { mode: 0o600, flush: true })
  syncFolder(folder)
}

/** Throws `conflict` where the folder's data was moved. */
export function refuseMoved(folder: string): void {
  const file = join(folder, FILE)
  const place = readOrNull(file)
  if (place === null) return
  throw refusal('conflict', 'move.cannot.moved', { values: { folder, place, file } })
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
