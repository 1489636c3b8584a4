import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Spool } from '#ports/spool.ts'
import { aBatch, aVisit } from '#test/fixtures/visits.ts'

/** More than are handed over at a time. */
const MANY = 2_500

/** What every Spool keeps. `open` gives an empty one. */
export function spoolContract(open: () => Promise<Spool>): void {
  describe('Spool', () => {
    let spool: Spool
    beforeEach(async () => {
      spool = await open()
    })
    afterEach(() => spool.close())

    const append = (seq: number) => spool.append(aBatch(seq, undefined, spool.writer))
    const drained = async (): Promise<number[]> => {
      const seqs: number[] = []
      await spool.drain(async (batches) => void seqs.push(...batches.map(({ seq }) => seq)))
      return seqs
    }

    test('holds nothing at first, under a name of its own', async () => {
      expect([spool.size, spool.lastSeq]).toEqual([0, 0])
      expect(await drained()).toEqual([])
      const other = await open()
      expect(other.writer).not.toBe(spool.writer)
      await other.close()
    })

    test('gives batches as they came, in their order, and then has none', async () => {
      await Promise.all([1, 2, 3].map(append))
      expect(spool.size).toBe(3)
      const seen: unknown[] = []
      await spool.drain(async (batches) => void seen.push(...batches))
      expect(seen).toEqual([1, 2, 3].map((seq) => aBatch(seq, undefined, spool.writer)))
      expect(spool.size).toBe(0)
    })

    test('what was drained before a fault is not given again, the rest is', async () => {
      for (let seq = 1; seq <= MANY; seq++) await append(seq)
      const seen: number[] = []
      const failing = spool.drain(async (batches) => {
        if (seen.length > 0) throw new Error('down')
        seen.push(...batches.map(({ seq }) => seq))
      })
      await expect(failing).rejects.toThrow('down')
      expect(seen.length).toBeGreaterThan(1)
      expect(spool.size).toBe(MANY - seen.length)
      await append(MANY + 1)
      const all = Array.from({ length: MANY + 1 }, (_, i) => i + 1)
      expect([...seen, ...(await drained())]).toEqual(all)
    })

    test('hands over a bounded number of visits at a time, but for a batch that is larger', async () => {
      const large = Array.from({ length: 5_000 }, () => aVisit())
      await append(1)
      await spool.append(aBatch(2, large, spool.writer))
      await append(3)
      const groups: number[][] = []
      await spool.drain(async (batches) => void groups.push(batches.map(({ seq }) => seq)))
      expect(groups).toEqual([[1], [2], [3]])
    })

    test('batches that come while it is drained are drained too', async () => {
      await append(1)
      const seqs: number[] = []
      await spool.drain(async (batches) => {
        for (const { seq } of batches) {
          seqs.push(seq)
          if (seq < 4) await append(seq + 1)
        }
      })
      expect(seqs).toEqual([1, 2, 3, 4])
    })
  })
}
