import type { Redis } from 'ioredis'
import { rootMessage } from '#core/errors.ts'
import type { Logger } from '#ports/logger.ts'
import { connectRedis, type RedisPlace } from './connect.ts'

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
    }
  } catch (error) {
    return { reachable: false, why: rootMessage(error) }
  } finally {
    redis?.disconnect()
  }
}

function field(info: string, name: string): string | null {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? null
}
