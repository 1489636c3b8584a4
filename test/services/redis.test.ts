import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, it } from 'vitest'
import { killStarterOf } from './kill-starter.ts'
import { runs } from './process-tree.ts'
import { missingRedis, type RedisOptions, type RedisServer, startRedis } from './redis.ts'
import { skippedFor } from './skipped-for.ts'

describe.skipIf(skippedFor(missingRedis()))('Redis under test', () => {
  const ends: (() => unknown)[] = []

  async function start(options: RedisOptions): Promise<{ server: RedisServer; client: Redis }> {
    const server = await startRedis(options)
    const client = new Redis(`${server.url}7`, { retryStrategy: () => 10 })
    client.on('error', () => undefined)
    ends.push(() => client.disconnect(), server.stop)
    return { server, client }
  }

  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })

  it.each([
    { appendonly: true, kept: 100 },
    { appendonly: false, kept: 0 },
  ])(
    'with appendonly $appendonly keeps $kept of 100 acknowledged writes over a kill',
    async ({ appendonly, kept }) => {
      const { server, client } = await start({ appendonly })
      await Promise.all(Array.from({ length: 100 }, (_, n) => client.set(`key ${n}`, n)))
      await server.kill()
      expect(server.pids()).toEqual([])
      await server.restart()
      expect(await client.dbsize()).toBe(kept)
    },
  )

  it('answers nobody while it is frozen, and does after the thaw what it was asked', async () => {
    const { server, client } = await start({})
    await client.set('letters', 1)
    server.freeze()
    const asked = client.incr('letters')
    expect(await Promise.race([asked, sleep(300, 'no answer')])).toBe('no answer')
    server.thaw()
    expect(await asked).toBe(2)
  })

  it('evicts by the policy that it is given', async () => {
    const { client } = await start({ maxmemoryPolicy: 'allkeys-lru' })
    expect(await client.config('GET', 'maxmemory-policy')).toEqual([
      'maxmemory-policy',
      'allkeys-lru',
    ])
  })

  it('ends with the process that started it, even when that is killed', async () => {
    const { pids } = await killStarterOf('redis')
    expect(pids).toHaveLength(1)
    await expect.poll(() => pids.filter(runs), { timeout: 30_000 }).toEqual([])
  })
})
