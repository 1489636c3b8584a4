import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createRedisRates } from '#adapters/rates/redis.ts'
import { all, startTestEngine } from '#test/fixtures/engine.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { createScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import { missingRedis, startRedis } from '#test/services/redis.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

const PREVIEW = { title: 'A page', description: '', siteName: '', image: null } as never

describe.skipIf(skippedFor(missingRedis()))('pages that are slow to say what they are', () => {
  test('push no sends together: the rate holds in any second', async () => {
    const redis = await startRedis()
    const rates = await createRedisRates({ url: `${redis.url}0` }, { logger: quiet })
    const at: number[] = []
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
        const answer = asked.get(url) ?? sleep(280, PREVIEW)
        asked.set(url, answer)
        return answer
      },
      close: async () => {},
    }
    const t = await startTestEngine([channel], {}, { rates, unfurler })
    for (const page of ['a', 'b', 'c']) {
      const recipients = Array.from({ length: 20 }, (_, i) => `${page}${i}@example.org`)
      const { id } = await t.share(recipients, { url: `https://example.org/${page}` })
      if (page === 'c') await t.settled(id, all('accepted'))
    }
    await expect.poll(() => at.length).toBe(60)
    const most = Math.max(
      ...at.map((from) => at.filter((one) => one >= from && one < from + 1_000).length),
    )
    expect(most).toBeLessThanOrEqual(30)
    await t.stop()
    await rates.close()
    await redis.stop()
  }, 30_000)
})
