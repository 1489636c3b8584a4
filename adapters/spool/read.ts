import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VisitBatch } from '#ports/store/visits.ts'
import { decodeRecords } from './record.ts'

/**
 * The batches that the spools below a folder hold, each spool's in order, whoever writes to them now. None where
 * there is no such folder. Some of them may have been drained already.
 */
export function readSpooled(dir: string): readonly VisitBatch[] {
  return segmentsBelow(dir).flatMap((path) => decodeRecords(readSegment(path)).batches)
}

function segmentsBelow(dir: string): readonly string[] {
  try {
    const names = readdirSync(dir, { recursive: true, encoding: 'utf8' })
    return names
      .filter((name) => name.endsWith('.log'))
      .sort()
      .map((name) => join(dir, name))
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}

/** Empty where it was drained and removed meanwhile. */
function readSegment(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isGone(error)) return ''
    throw error
  }
}

function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}
