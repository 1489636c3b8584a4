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
  const moved = moveOf(folder)
  if (moved !== null) throw refusal('conflict', 'move.cannot.moved', { values: { ...moved } })
}

/** Where the folder's data was moved to, and the mark that says so; null where it was not. */
export function moveOf(folder: string): Move | null {
  const file = join(folder, FILE)
  const place = readOrNull(file)
  return place === null ? null : { folder, place, file }
}

export interface Move {
  readonly folder: string
  readonly place: string
  readonly file: string
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
