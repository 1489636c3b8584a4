import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { connectRedis, keyIn, type RedisPlace } from '#adapters/redis/connect.ts'
import { refusal } from '#core/refusal.ts'
import type { Logger } from '#ports/logger.ts'
import type { Bucket, Rates } from '#ports/rates.ts'

/** A server that does not answer within this is away: sending pauses. */
const ANSWER_MS = 800
const RETRY_AFTER_MS = 1_000
const MICROSECONDS = 1_000
/** Lateness of taking that is caught up, as a part of a bucket's window. */
const SLACK = 0.02
const MOST_SLACK_MS = 20
/** Between taking and sending, from one send to another: a claim in the store, mostly. */
const DELAY = 0.06
const MOST_DELAY_MS = 60

/** The scripts in redis/, as commands. */
interface WithScripts extends Redis {
  takeUnits(buckets: number, ...keysAndArgs: (string | number)[]): Promise<[number, number]>
  pauseBucket(key: string, forMs: number): Promise<null>
}

/**
 * Rates that hold over all processes which share a Redis, by its clock. A flush or a restart without persistence
 * forgets what was taken lately and which buckets were paused: the provider refuses once more.
 * Throws `unavailable` where no server answers.
 */
export async function createRedisRates(
  place: RedisPlace,
  deps: { readonly logger: Logger },
): Promise<Rates> {
  const redis = (await connectRedis(place, deps, {
    commandTimeout: ANSWER_MS,
    // What cannot be asked now must not be taken later.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    scripts: {
      takeUnits: { lua: script('take.lua') },
      pauseBucket: { lua: script('pause.lua'), numberOfKeys: 1 },
    },
  })) as WithScripts
  const keyOf = (bucketKey: string): string => keyIn(place, 'rate', bucketKey)
  let away = false

  async function asked<T>(answer: Promise<T>): Promise<T> {
    try {
      const known = await answer
      away = false
      return known
    } catch (cause) {
      if (!away) deps.logger.warn({ err: cause }, 'rates cannot be asked; sending pauses')
      away = true
      throw refusal('unavailable', 'refusal.rates_away', { cause, retryAfterMs: RETRY_AFTER_MS })
    }
  }

  return {
    async take(buckets, priority = 'send') {
      if (buckets.length === 0) return { ok: true }
      const apart = mergeEqual(buckets)
      const keys = apart.map(({ key }) => keyOf(key))
      const args = apart.flatMap(argsOf)
      const [index, waitMs] = await asked(redis.takeUnits(keys.length, ...keys, priority, ...args))
      const refusing = apart[index - 1]
      return refusing ? { ok: false, bucket: refusing.key, waitMs } : { ok: true }
    },
    async pause(bucketKey, forMs) {
      await asked(redis.pauseBucket(keyOf(bucketKey), forMs))
    },
    async close() {
      redis.disconnect()
    },
  }
}

/** One that is named twice is taken from twice. */
function mergeEqual(buckets: readonly Bucket[]): readonly Bucket[] {
  const byKey = new Map<string, Bucket>()
  for (const bucket of buckets) {
    const cost = bucket.cost + (byKey.get(bucket.key)?.cost ?? 0)
    byKey.set(bucket.key, { ...bucket, cost })
  }
  return [...byKey.values()]
}

/**
 * A free place is taken a little late, by however long a process sleeps; that is caught up, and what was taken leaves
 * its process a little late again, unevenly. Both are left room for in each window, so that none sees more than the
 * limit; nine tenths of it are used and a little more.
 */
function argsOf({ limit, perMs, burst = 1, cost }: Bucket): readonly number[] {
  const slackMs = Math.min(perMs * SLACK, MOST_SLACK_MS)
  const delayMs = Math.min(perMs * DELAY, MOST_DELAY_MS)
  const spacingMs = (perMs + slackMs + delayMs) / limit
  return [spacingMs * MICROSECONDS, slackMs * MICROSECONDS, burst, cost]
}

function script(name: string): string {
  return readFileSync(join(import.meta.dirname, 'redis', name), 'utf8')
}
