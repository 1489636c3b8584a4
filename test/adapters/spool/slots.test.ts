import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSpoolSlot } from '#adapters/spool/slots.ts'
import type { VisitBatch } from '#ports/store/visits.ts'
import { spoolContract } from '#test/contracts/spool.ts'
import { quiet } from '#test/fixtures/quiet.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'passalong-slots-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const open = () => openSpoolSlot({ dir }, { logger: quiet })
const batch = (writer: string, seq: number): VisitBatch => ({
  writer,
  seq,
  visits: [],
  reclassed: [],
})

spoolContract(open)

test('each has a slot and a name of its own, and a slot that is free again keeps its name', async () => {
  const [first, second] = [await open(), await open()]
  expect(first.writer).not.toBe(second.writer)
  await first.close()
  const again = await open()
  expect(again.writer).toBe(first.writer)
  await Promise.all([again.close(), second.close()])
})

test('what a process that is gone has left is handed on once, by another', async () => {
  const [gone, other, third] = [await open(), await open(), await open()]
  for (const seq of [1, 2, 3]) await gone.append(batch(gone.writer, seq))
  await third.append(batch(third.writer, 1))
  await gone.close()
  const stored: VisitBatch[] = []
  const store = async (batches: readonly VisitBatch[]) => void stored.push(...batches)
  await other.drainOthers(store)
  await third.drainOthers(store)
  // What lies in a slot that is held is its holder's to hand on.
  expect(stored.map(({ writer, seq }) => [writer, seq])).toEqual(
    [1, 2, 3].map((seq) => [gone.writer, seq]),
  )
  expect(third.size).toBe(1)
  await Promise.all([other.close(), third.close()])
})

test('what the store does not take stays for the next time', async () => {
  const [gone, other] = [await open(), await open()]
  await gone.append(batch(gone.writer, 1))
  await gone.close()
  await expect(other.drainOthers(() => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect(readdirSync(join(dir, '1')).filter((name) => name.endsWith('.log'))).toHaveLength(1)
  const again = await open()
  expect([again.size, again.lastSeq]).toEqual([1, 1])
  await Promise.all([again.close(), other.close()])
})
