import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openFileSpool } from '#adapters/spool/file.ts'
import { readSpooled } from '#adapters/spool/read.ts'
import type { VisitBatch } from '#ports/store/visits.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { makeDataDir } from '#test/fixtures/running-server.ts'

let folder: ReturnType<typeof makeDataDir>
beforeEach(() => {
  folder = makeDataDir()
})
afterEach(() => folder.remove())

function batch(seq: number): VisitBatch {
  return { writer: 'w', seq, visits: [], reclassed: [] }
}

const seqs = (batches: Iterable<VisitBatch>): number[] => [...batches].map(({ seq }) => seq)

describe('a spool that somebody else reads', () => {
  test('shows what it holds, in order, though it is drained before it is read to its end', async () => {
    const spool = await openFileSpool({ dir: join(folder.path, 'spool') }, { logger: quiet })
    for (const seq of [1, 2, 3]) await spool.append(batch(seq))
    const found = readSpooled(join(folder.path, 'spool'))
    await spool.drain(async () => {})
    expect(spool.size).toBe(0)
    expect(seqs(found)).toEqual([1, 2, 3])
    expect(seqs(readSpooled(join(folder.path, 'spool')))).toEqual([])
    await spool.close()
  })

  test('is empty where there is no folder of it', () => {
    expect(seqs(readSpooled(join(folder.path, 'nowhere')))).toEqual([])
  })
})
