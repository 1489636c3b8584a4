import { crc32 } from 'node:zlib'
import type { VisitBatch } from '#ports/store/visits.ts'

/** One batch as one line: a checksum, a space, JSON. */
export function encodeRecord(batch: VisitBatch): string {
  const json = JSON.stringify(batch)
  return `${checksum(json)} ${json}\n`
}

/**
 * The batches of a segment, in order. A line that was cut by the end of its process fails its checksum; nobody
 * was answered for it, and it is left out.
 */
export function decodeRecords(text: string): { batches: VisitBatch[]; torn: number } {
  const lines = text.split('\n').filter((line) => line !== '')
  const batches = lines.flatMap((line) => decodeRecord(line) ?? [])
  return { batches, torn: lines.length - batches.length }
}

function decodeRecord(line: string): VisitBatch | undefined {
  const json = line.slice(9)
  if (line.slice(0, 9) !== `${checksum(json)} `) return undefined
  return JSON.parse(json) as VisitBatch
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0')
}
