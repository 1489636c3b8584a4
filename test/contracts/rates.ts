import { afterEach, describe, expect, test } from 'vitest'
import type { Bucket, Rates } from '#ports/rates.ts'
import { mostTakenInASecond, type TakenUnit } from '#test/fixtures/taken-units.ts'

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
      const { taken, tookMs, lateMs } = await takeFor(r, bucket('steady'), 1_600)
      expect(mostTakenInASecond(taken)).toBeLessThanOrEqual(51)
      expect(taken.length).toBeGreaterThanOrEqual((0.9 * 50 * (tookMs - lateMs)) / 1_000)
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
      const burst = bucket('burst', { limit: 10, burst: 5, perMs: 60_000 })
      const results = []
      for (let i = 0; i < 6; i++) results.push((await r.take([burst])).ok)
      expect(results).toEqual([true, true, true, true, true, false])
    })

    test('a dear send takes as many places as it costs', async () => {
      const r = await start()
      const slow = { limit: 10, perMs: 60_000 }
      const begun = performance.now()
      expect((await r.take([bucket('dear', { ...slow, cost: 5 })])).ok).toBe(true)
      const next = await r.take([bucket('dear', slow)])
      expect(next).toMatchObject({ ok: false })
      const elapsed = performance.now() - begun
      if (!next.ok) expect(next.waitMs).toBeGreaterThan(29_900 - elapsed)
    })

    test('a bucket that is named twice is taken from twice', async () => {
      const r = await start()
      const both = bucket('both', { limit: 10, burst: 2, perMs: 60_000 })
      expect((await r.take([both, both])).ok).toBe(true)
      expect((await r.take([both])).ok).toBe(false)
    })

    test('a pause holds everybody back who asks for the bucket', async () => {
      const r = await start()
      await r.pause('paused', 3_000)
      const refused = await r.take([bucket('paused')])
      expect(refused).toMatchObject({ ok: false, bucket: 'paused' })
      expect((await r.take([bucket('free')])).ok).toBe(true)
      await sleep(3_020)
      expect((await r.take([bucket('paused')])).ok).toBe(true)
    })

    test('an edit yields to sends while the bucket is busy, and goes when it rests', async () => {
      const r = await start()
      const chat = bucket('chat', { limit: 1 })
      expect((await r.take([chat])).ok).toBe(true)
      await sleep(1_200)
      expect((await r.take([chat], 'edit')).ok).toBe(false)
      expect((await r.take([chat])).ok).toBe(true)
      await sleep(3_500)
      expect((await r.take([chat], 'edit')).ok).toBe(true)
    })
  })
}

interface Taking {
  readonly taken: readonly TakenUnit[]
  readonly tookMs: number
  /** What the machine took of it: sleeping longer than was to be waited, and half of each call for its way there or back. */
  readonly lateMs: number
}

/** Takes units, asking as often as is allowed. */
async function takeFor(rates: Rates, bucket: Bucket, ms: number): Promise<Taking> {
  const taken: TakenUnit[] = []
  let lateMs = 0
  const begun = performance.now()
  while (performance.now() < begun + ms) {
    const asked = performance.now()
    const result = await rates.take([bucket])
    const answered = performance.now()
    lateMs += (answered - asked) / 2
    if (result.ok) {
      taken.push({ asked, answered })
      continue
    }
    await sleep(result.waitMs)
    lateMs += Math.max(0, performance.now() - answered - result.waitMs)
  }
  return { taken, tookMs: performance.now() - begun, lateMs }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
