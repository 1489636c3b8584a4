import type { Redis } from 'ioredis'
import { rootMessage } from '#core/errors.ts'
import type { Logger } from '#ports/logger.ts'
import { connectRedis, keyIn, type RedisPlace } from './connect.ts'

/** What an operator should know of a server before work is given to it. */
export type RedisFacts =
  | { readonly reachable: false; readonly why: string }
  | {
      readonly reachable: true
      /** `7.0.15`. */
      readonly version: string
      /** Anything but `noeviction` may throw jobs away; null where the server will not say. */
      readonly maxmemoryPolicy: string | null
      /** Whether jobs outlive a crash of the server. */
      readonly appendonly: boolean
      /** Why it does not take what the queue asks of it: a replica, full, without rights; null: it does. */
      readonly refuses: string | null
    }

/** Asks a server about itself; never throws. */
export async function inspectRedis(
  place: RedisPlace,
  deps: { readonly logger: Logger },
): Promise<RedisFacts> {
  let redis: Redis | undefined
  try {
    redis = await connectRedis(place, deps, { commandTimeout: 1_000 })
    const info = await redis.info()
    return {
      reachable: true,
      version: field(info, 'redis_version') ?? '',
      maxmemoryPolicy: field(info, 'maxmemory_policy'),
      appendonly: field(info, 'aof_enabled') === '1',
      refuses: await whyRefused(redis, keyIn(place, 'inspection')),
    }
  } catch (error) {
    return { reachable: false, why: rootMessage(error) }
  } finally {
    redis?.disconnect()
  }
}

/** Tries what the queue does: a key that ends at once, and a message to whoever listens. */
async function whyRefused(redis: Redis, name: string): Promise<string | null> {
  try {
    await redis.set(name, '', 'PX', 1)
    await redis.publish(name, '')
    await redis.subscribe(name)
    return null
  } catch (error) {
    return rootMessage(error)
  }
}

function field(info: string, name: string): string | null {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? null
}
