import { afterEach, describe, expect, test } from 'vitest'
import type { Bucket, Rates } from '#ports/rates.ts'

/** What every Rates adapter keeps. Waits in real time, so that a store's own clock may rule. */
export function ratesContract(open: () => Promise<Rates>): void {
  describe('Rates', () => {
    let rates: Rates | undefined
    const start = async (): Promise<Rates> => {
      rates = await open()
      return rates
    }
    afterEach(async () => rates?.close())

    const bucket = (key: string, over: Partial<Bucket> = {}): Bucket => ({
      key,
      limit: 50,
      perMs: 1_000,
      cost: 1,
      ...over,
    })

    test('no sliding second sees more than the limit, and at least nine tenths of it are used', async () => {
      const r = await start()
      const fullUse = 1.6 * 50 * 0.9 - 3
      // Used to the full once in three: a busy machine wakes us late.
      const used: number[] = []
      while (used.length < 3 && !used.some((count) => count >= fullUse)) {
        const taken = await takeFor(r, bucket(`steady-${used.length}`), 1_600)
        const most = Math.max(
          ...taken.map((from) => taken.filter((at) => at >= from && at < from + 1_000).length),
        )
        expect(most).toBeLessThanOrEqual(51)
        used.push(taken.length)
      }
      expect(Math.max(...used)).toBeGreaterThanOrEqual(fullUse)
    })

    test('takes from all buckets or from none', async () => {
      const r = await start()
      const rare = bucket('rare', { limit: 1, perMs: 60_000 })
      expect((await r.take([bucket('common'), rare])).ok).toBe(true)
      const refused = await r.take([bucket('other'), rare])
      expect(refused).toMatchObject({ ok: false, bucket: 'rare' })
      expect((await r.take([bucket('other')])).ok).toBe(true)
    })

    test('a burst goes at once, and what follows is spaced', async () => {
      const r = await start()
      const burst = bucket('burst', { limit: 10, burst: 5 })
      const results = []
      for (let i = 0; i < 6; i++) results.push((await r.take([burst])).ok)
      expect(results).toEqual([true, true, true, true, true, false])
    })

    test('a dear send takes as many places as it costs', async () => {
      const r = await start()
      expect((await r.take([bucket('dear', { limit: 10, cost: 5 })])).ok).toBe(true)
      const next = await r.take([bucket('dear', { limit: 10 })])
      expect(next).toMatchObject({ ok: false })
      if (!next.ok) expect(next.waitMs).toBeGreaterThan(350)
    })

    test('a bucket that is named twice is taken from twice', async () => {
      const r = await start()
      const both = bucket('both', { limit: 10, burst: 2 })
      expect((await r.take([both, both])).ok).toBe(true)
      expect((await r.take([both])).ok).toBe(false)
    })

    test('a pause holds everybody back who asks for the bucket', async () => {
      const r = await start()
      await r.pause('paused', 200)
      const refused = await r.take([bucket('paused')])
      expect(refused).toMatchObject({ ok: false, bucket: 'paused' })
      expect((await r.take([bucket('free')])).ok).toBe(true)
      await sleep(220)
      expect((await r.take([bucket('paused')])).ok).toBe(true)
    })

    test('an edit yields to sends while the bucket is busy, and goes when it rests', async () => {
      const r = await start()
      const chat = bucket('chat', { limit: 10 })
      expect((await r.take([chat])).ok).toBe(true)
      await sleep(120)
      expect((await r.take([chat], 'edit')).ok).toBe(false)
      expect((await r.take([chat])).ok).toBe(true)
      await sleep(350)
      expect((await r.take([chat], 'edit')).ok).toBe(true)
    })
  })
}

/** When units were taken, asking as often as is allowed. */
async function takeFor(rates: Rates, bucket: Bucket, ms: number): Promise<number[]> {
  const taken: number[] = []
  const end = performance.now() + ms
  while (performance.now() < end) {
    const result = await rates.take([bucket])
    if (result.ok) taken.push(performance.now())
    else await sleep(result.waitMs)
  }
  return taken
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
