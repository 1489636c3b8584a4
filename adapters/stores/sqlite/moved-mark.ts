import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { refusal } from '#core/refusal.ts'
import { syncFolder } from './sync-folder.ts'

const MOVED = 'moved'
const MOVING = 'moving'

/** A mark that the folder's data lives at another place, or may do so from one moment to the next. */
export interface MovedMark {
  readonly folder: string
  readonly place: string
  readonly file: string
  /** What is to be said to who would work on the folder. */
  readonly why: 'move.cannot.moved' | 'move.cannot.moving'
}

/**
 * Notes that a move is about to let servers work at the other place: one on each of the two would send everything
 * twice. The move alone may go on.
 */
export function markMoving(folder: string, place: string): void {
  write(folder, MOVING, place)
}

/** Notes that the folder's data lives at another place now. */
export function markMoved(folder: string, place: string): void {
  write(folder, MOVED, place)
  rmSync(join(folder, MOVING), { force: true })
  syncFolder(folder)
}

/** Throws `conflict` where the folder's data was moved, or is about to be. */
export function refuseMoved(folder: string): void {
  const mark = movedMarkOf(folder)
  if (mark !== null) throw refusalOf(mark)
}

/** The same for a move: one that is about to end may be taken up, to the place where it went. */
export function refuseMovedBefore(folder: string): void {
  const mark = markIn(folder, MOVED, 'move.cannot.moved')
  if (mark !== null) throw refusalOf(mark)
}

/** Whether a move to the place had all but ended. Throws `conflict` where one to another place had. */
export function wasEndingAt(folder: string, place: string): boolean {
  const mark = markIn(folder, MOVING, 'move.cannot.moving')
  if (mark !== null && mark.place !== place) throw refusalOf(mark)
  return mark !== null
}

/** Null: the folder's data lives here. */
export function movedMarkOf(folder: string): MovedMark | null {
  return markIn(folder, MOVED, 'move.cannot.moved') ?? markIn(folder, MOVING, 'move.cannot.moving')
}

function refusalOf({ why, ...values }: MovedMark): Error {
  return refusal('conflict', why, { values })
}

function write(folder: string, name: string, place: string): void {
  writeFileSync(join(folder, name), `${place}\n`, { mode: 0o600, flush: true })
  syncFolder(folder)
}

function markIn(folder: string, name: string, why: MovedMark['why']): MovedMark | null {
  const file = join(folder, name)
  const place = readOrNull(file)
  return place === null ? null : { folder, place, file, why }
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
