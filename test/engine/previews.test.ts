import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createRedisRates } from '#adapters/rates/redis.ts'
import { all, startTestEngine } from '#test/fixtures/engine.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { createScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import { mostTakenInASecond, type TakenUnit, watchTakes } from '#test/fixtures/taken-units.ts'
import { missingRedis, startRedis } from '#test/services/redis.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

const SLOW_MS = 280
const PREVIEW = { title: 'A page', description: '', siteName: '', image: null } as never

describe.skipIf(skippedFor(missingRedis()))('pages that are slow to say what they are', () => {
  test('push no sends together: the rate holds in any second', async () => {
    const redis = await startRedis()
    const rates = await createRedisRates({ url: `${redis.url}0` }, { logger: quiet })
    const at: number[] = []
    const taken: TakenUnit[] = []
    const lag = monitorEventLoopDelay({ resolution: 5 })
    lag.enable()
    const channel = createScriptedChannel({
      buckets: [{ key: 'bot', limit: 30, perMs: 1_000, cost: 1 }],
      caps: { concurrency: 20 },
      send() {
        at.push(performance.now())
        return { kind: 'accepted' }
      },
    })
    const asked = new Map<string, Promise<never>>()
    const unfurler = {
      async unfurl(url: string) {
        const answer = asked.get(url) ?? sleep(SLOW_MS, PREVIEW)
        asked.set(url, answer)
        return answer
      },
      close: async () => {},
    }
    const watched = watchTakes(rates, (unit) => taken.push(unit))
    const t = await startTestEngine([channel], {}, { rates: watched, unfurler })
    for (const page of ['a', 'b', 'c']) {
      const recipients = Array.from({ length: 20 }, (_, i) => `${page}${i}@example.org`)
      const { id } = await t.share(recipients, { url: `https://example.org/${page}` })
      if (page === 'c') await t.settled(id, all('accepted'))
    }
    await expect.poll(() => at.length).toBe(60)
    expect(taken).toHaveLength(60)
    expect(mostTakenInASecond(taken)).toBeLessThanOrEqual(30)
    // Each goes out as its unit is taken, but for what the machine took: nothing is waited for in between.
    const late = taken.map(({ answered }, i) => (at[i] ?? 0) - answered)
    expect(Math.max(...late)).toBeLessThan(SLOW_MS / 2 + lag.max / 1e6)
    await t.stop()
    await rates.close()
    await redis.stop()
  })
})
