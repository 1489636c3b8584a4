import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Spool } from '#ports/spool.ts'
import { aBatch } from '#test/fixtures/visits.ts'

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
      await spool.drain(async ({ seq }) => void seqs.push(seq))
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
      await spool.drain(async (batch) => void seen.push(batch))
      expect(seen).toEqual([1, 2, 3].map((seq) => aBatch(seq, undefined, spool.writer)))
      expect(spool.size).toBe(0)
    })

    test('what was drained before a fault is not given again, the rest is', async () => {
      for (const seq of [1, 2, 3]) await append(seq)
      const seen: number[] = []
      const failing = spool.drain(async ({ seq }) => {
        if (seq === 2) throw new Error('down')
        seen.push(seq)
      })
      await expect(failing).rejects.toThrow('down')
      expect(spool.size).toBe(2)
      await append(4)
      expect([...seen, ...(await drained())]).toEqual([1, 2, 3, 4])
    })

    test('batches that come while it is drained are drained too', async () => {
      await append(1)
      const seqs: number[] = []
      await spool.drain(async ({ seq }) => {
        seqs.push(seq)
        if (seq < 4) await append(seq + 1)
      })
      expect(seqs).toEqual([1, 2, 3, 4])
    })
  })
}
