import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VisitBatch } from '#ports/store/visits.ts'
import { decodeRecords } from './record.ts'

/**
 * The batches that the spools below a folder hold at this moment, each spool's in order, whoever writes to them
 * and drains them meanwhile. To be read once. None where there is no such folder.
 */
export function readSpooled(dir: string): Iterable<VisitBatch> {
  // A file that is open keeps what it holds, also where it is drained and removed.
  return batchesOf(segmentsBelow(dir).flatMap(openSegment))
}

function* batchesOf(segments: readonly number[]): Generator<VisitBatch> {
  for (const segment of segments) {
    const text = readFileSync(segment, 'utf8')
    closeSync(segment)
    yield* decodeRecords(text).batches
  }
}

function segmentsBelow(dir: string): readonly string[] {
  const names = orNone(() => readdirSync(dir, { recursive: true, encoding: 'utf8' }))
  return names
    .filter((name) => name.endsWith('.log'))
    .sort()
    .map((name) => join(dir, name))
}

/** None where it was drained and removed just now. */
function openSegment(path: string): readonly number[] {
  return orNone(() => [openSync(path, 'r')])
}

function orNone<T>(look: () => readonly T[]): readonly T[] {
  try {
    return look()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
