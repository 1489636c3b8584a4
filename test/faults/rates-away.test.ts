import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createRedisRates } from '#adapters/rates/redis.ts'
import { all, startTestEngine } from '#test/fixtures/engine.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { createScriptedChannel } from '#test/fixtures/scripted-channel.ts'
import { missingRedis, startRedis } from '#test/services/redis.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

describe.skipIf(skippedFor(missingRedis()))('with the Redis of the rates killed', () => {
  test('accepting goes on, nothing is sent, and all is sent when it is back', async () => {
    const redis = await startRedis()
    const rates = await createRedisRates({ url: `${redis.url}0` }, { logger: quiet })
    const channel = createScriptedChannel({
      buckets: [{ key: 'bot', limit: 1_000, perMs: 1_000, cost: 1 }],
    })
    const t = await startTestEngine([channel], {}, { rates })
    const before = await t.share(['bob@example.org'])
    await t.settled(before.id, all('accepted'))
    await redis.kill()

    const { id } = await t.share(['carol@example.org', 'dave@example.org'])
    await sleep(2_500)
    expect(channel.sent).toHaveLength(1)
    expect(await t.engine.sharing.get(t.ann, id)).toMatchObject({
      deliveries: [
        { state: 'queued', attempts: 0 },
        { state: 'queued', attempts: 0 },
      ],
    })

    await redis.restart()
    await t.settled(id, all('accepted'))
    expect(channel.sent).toHaveLength(3)
    await t.stop()
    await rates.close()
    await redis.stop()
  })
})
