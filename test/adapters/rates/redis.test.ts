import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { createRedisRates } from '#adapters/rates/redis.ts'
import type { Bucket } from '#ports/rates.ts'
import { ratesContract } from '#test/contracts/rates.ts'
import { quiet } from '#test/fixtures/quiet.ts'
import { missingRedis, startRedis } from '#test/services/redis.ts'
import { freshRedis } from '#test/services/shared.ts'
import { skippedFor } from '#test/services/skipped-for.ts'

const bucket = (key: string, over: Partial<Bucket> = {}): Bucket => ({
  key,
  limit: 50,
  perMs: 1_000,
  cost: 1,
  ...over,
})

describe.skipIf(skippedFor(missingRedis()))('on Redis', () => {
  ratesContract(async () => {
    const url = await freshRedis()
    return createRedisRates({ url }, { logger: quiet })
  })

  test('what one process takes or pauses, another finds taken or paused', async () => {
    const url = await freshRedis()
    const [one, other] = [await open(url), await open(url)]
    const rare = bucket('rare', { limit: 1, perMs: 60_000 })
    expect(await one.take([rare])).toEqual({ ok: true })
    const refused = await other.take([bucket('common'), rare])
    expect(refused).toMatchObject({ ok: false, bucket: 'rare' })
    await one.pause('chat', 5_000)
    await one.pause('chat', 10)
    const paused = await other.take([bucket('chat')])
    expect(paused).toMatchObject({ ok: false, bucket: 'chat' })
    if (!paused.ok) expect(paused.waitMs).toBeGreaterThan(4_500)
    await Promise.all([one.close(), other.close()])
  })

  test('a bucket at rest leaves nothing behind', async () => {
    const url = await freshRedis()
    const rates = await open(url)
    await rates.take([bucket('once', { limit: 100 })])
    await rates.pause('paused', 20)
    await sleep(150)
    const redis = new Redis(url)
    expect(await redis.keys('*')).toEqual([])
    redis.disconnect()
    await rates.close()
  })

  test('a limit that no second divides evenly is kept', async () => {
    const url = await freshRedis()
    const rates = await open(url)
    const slow = bucket('slow', { limit: 7, perMs: 60_000 })
    const begun = performance.now()
    await rates.take([slow])
    const refused = await rates.take([slow])
    const elapsed = performance.now() - begun
    if (refused.ok) throw new Error('it was taken twice')
    expect(refused.waitMs).toBeGreaterThan(8_560 - elapsed)
    expect(refused.waitMs).toBeLessThanOrEqual(8_583)
    await rates.close()
  })

  test('says within a second that Redis is gone or frozen, and goes on when it is back', async () => {
    const server = await startRedis()
    const rates = await open(server.url)
    try {
      await server.kill()
      await expectAway(() => rates.take([bucket('a')]))
      await expectAway(() => rates.pause('a', 10))
      await server.restart()
      await goesOn(() => rates.take([bucket('a')]))
      server.freeze()
      await expectAway(() => rates.take([bucket('b')]))
      server.thaw()
      await goesOn(() => rates.take([bucket('c')]))
    } finally {
      await rates.close()
      await server.stop()
    }
  })

  test('a clock that went back by an hour holds nothing up: waits go back with it', async () => {
    const url = await freshRedis()
    const rates = await open(url)
    const slow = bucket('slow', { limit: 1, perMs: 400 })
    await rates.take([slow])
    await rates.pause('paused', 400)
    const redis = new Redis(url)
    await setAhead(redis, 3_600_000)
    redis.disconnect()
    for (const one of [slow, bucket('paused')]) {
      const refused = await rates.take([one])
      expect(refused).toMatchObject({ ok: false })
      if (!refused.ok) expect(refused.waitMs).toBeLessThanOrEqual(500)
    }
    await goesOn(() => rates.take([slow, bucket('paused')]))
    await rates.close()
  })

  test('scripts that Redis has forgotten are given to it anew', async () => {
    const url = await freshRedis()
    const rates = await open(url)
    await rates.take([bucket('a')])
    const redis = new Redis(url)
    await redis.script('FLUSH')
    redis.disconnect()
    expect(await rates.take([bucket('b')])).toEqual({ ok: true })
    await rates.pause('b', 10)
    await rates.close()
  })
})

const open = (url: string) => createRedisRates({ url }, { logger: quiet })

/** Leaves every bucket as a clock that is ahead by so much would have written it. */
async function setAhead(redis: Redis, ms: number): Promise<void> {
  for (const key of await redis.keys('*')) {
    const times = Object.entries(await redis.hgetall(key))
    for (const [field, at] of times) await redis.hset(key, field, String(Number(at) + ms * 1_000))
    await redis.pexpire(key, 2 * ms)
  }
}

async function expectAway(ask: () => Promise<unknown>): Promise<void> {
  const from = performance.now()
  await expect(ask()).rejects.toMatchObject({ code: 'unavailable' })
  expect(performance.now() - from).toBeLessThan(5_000)
}

async function goesOn(ask: () => Promise<unknown>): Promise<void> {
  await expect.poll(() => ask().catch(() => null), { timeout: 30_000 }).toEqual({ ok: true })
}
