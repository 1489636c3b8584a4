import { setTimeout as sleep } from 'node:timers/promises'
import { Redis, type RedisOptions } from 'ioredis'
import { refusal } from '#core/refusal.ts'
import type { Logger } from '#ports/logger.ts'

/** Where Redis is, and what is ours in it. */
export interface RedisPlace {
  /** `redis://…`, or `rediss://…` for TLS. Holds a password. */
  readonly url: string
  /** What all our keys and messages begin with; `passalong` by default. Tests and strangers keep apart by it. */
  readonly prefix?: string
}

const DEFAULT_PREFIX = 'passalong'
/** Until a server has to answer at the start. */
const FIRST_ANSWER_MS = 2_500
const STEP_MS = 100
const LATE = Symbol('late')
/** Between two tries to reach a server that is gone: short at first, never given up. */
const retryMs = (tries: number): number => Math.min(50 * 2 ** Math.min(tries, 6), 2_000)
/** A host that went away without a word is noticed by the kernel, while nothing is asked of it. */
const KEEP_ALIVE_MS = 10_000
/** The same once something was asked. Above the five seconds for which Bull lets a server wait for a job. */
const SILENCE_MS = 10_000
/** A replica is asked so often whether its address leads to another server by now. */
const REPLICA_MS = 1_000

const FOR_EVER = {
  lazyConnect: true,
  retryStrategy: retryMs,
  maxRetriesPerRequest: null,
  connectTimeout: FIRST_ANSWER_MS,
  keepAlive: KEEP_ALIVE_MS,
  socketTimeout: SILENCE_MS,
} as const satisfies RedisOptions

/** A key or a message's name of ours. */
export function keyIn(place: RedisPlace, ...parts: readonly string[]): string {
  return [place.prefix ?? DEFAULT_PREFIX, ...parts].join(':')
}

/**
 * Connects, and from then on connects again for ever; what goes wrong is logged once, until the server is back.
 * Throws `unavailable` where no server answers within three seconds.
 */
export async function connectRedis(
  place: RedisPlace,
  deps: { readonly logger: Logger },
  options: RedisOptions = {},
): Promise<Redis> {
  const redis = new Redis(place.url, {
    ...FOR_EVER,
    reconnectOnError: leavesReplicas(),
    ...options,
  })
  silence(redis)
  let met: Error | undefined
  redis.once('error', (error: Error) => {
    met = error
  })
  try {
    await firstAnswer(redis)
  } catch (error) {
    const cause = met ?? error
    redis.disconnect()
    throw refusal('unavailable', 'setup.cannot.redis', { cause, values: { place: hostOf(redis) } })
  }
  tellOfOutages(redis, deps.logger)
  return redis
}

/** Another connection to the same server, opened when it is first used. */
export function another(redis: Redis, options: RedisOptions): Redis {
  const twin = redis.duplicate({ ...FOR_EVER, reconnectOnError: leavesReplicas(), ...options })
  silence(twin)
  return twin
}

/** A server that was made a replica takes nothing any more, and would keep its connections for ever. */
function leavesReplicas(): (error: Error) => boolean {
  let restsUntil = Number.NEGATIVE_INFINITY
  return ({ message }) => {
    const now = performance.now()
    if (!message.includes('READONLY') || now < restsUntil) return false
    restsUntil = now + REPLICA_MS
    return true
  }
}

/** Host and port, for messages. */
function hostOf(redis: Redis): string {
  return `${redis.options.host}:${redis.options.port}`
}

/** ioredis writes errors that nobody listens to onto the terminal. */
function silence(redis: Redis): void {
  redis.setMaxListeners(0)
  redis.on('error', () => undefined)
}

/** Time in which this process itself was held up, on a busy machine at its start, is nobody's silence. */
async function firstAnswer(redis: Redis): Promise<void> {
  // ioredis takes no notice where the number of its database is refused, and would go on in the first.
  const answer = redis.connect().then(() => redis.select(redis.options.db ?? 0))
  answer.catch(() => undefined)
  for (let waitedMs = 0; waitedMs < FIRST_ANSWER_MS; waitedMs += STEP_MS) {
    if ((await Promise.race([answer, sleep(STEP_MS, LATE)])) !== LATE) return
  }
  throw new Error(`no answer within ${FIRST_ANSWER_MS} ms`)
}

function tellOfOutages(redis: Redis, logger: Logger): void {
  const host = hostOf(redis)
  let gone = false
  redis.on('error', (error: Error) => {
    if (!gone)
      logger.error({ err: error, host }, 'Redis is gone; it is tried again until it is back')
    gone = true
  })
  redis.on('ready', () => {
    if (gone) logger.info({ host }, 'Redis is back')
    gone = false
  })
}
