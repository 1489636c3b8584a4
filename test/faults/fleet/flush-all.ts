import { Redis } from 'ioredis'
import type { RedisServer } from '#test/services/redis.ts'

/** Forgets all that Redis holds, as an operator may by mistake. */
export async function flushAll(redis: Pick<RedisServer, 'url'>): Promise<void> {
  const client = new Redis(redis.url)
  await client.flushall()
  client.disconnect()
}
