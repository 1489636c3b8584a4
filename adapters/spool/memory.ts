import { randomBytes } from 'node:crypto'
import { randomText } from '#core/ids.ts'
import type { Spool } from '#ports/spool.ts'
import type { VisitBatch } from '#ports/store/visits.ts'
import { firstGroup } from './group.ts'

/** Forgets everything with the process: for tests, and beside a memory store. */
export function createMemorySpool(): Spool {
  const kept: VisitBatch[] = []
  return {
    writer: randomText(12, randomBytes),
    lastSeq: 0,
    get size() {
      return kept.length
    },
    async append(batch) {
      kept.push(batch)
    },
    async drain(apply) {
      while (kept.length > 0) {
        const group = firstGroup(kept)
        await apply(group)
        kept.splice(0, group.length)
      }
    },
    async close() {},
  }
}
