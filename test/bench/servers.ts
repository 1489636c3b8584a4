import { type Offered, startOffer } from '#test/services/offer.ts'
import type { BenchResult, Skipped } from './bench.ts'

/** The run's own database server and Redis. Each is started when it is first asked for. */
export interface Servers {
  /** An empty database of its own, or why there is none. */
  database(): Promise<Offered>
  /** An empty numbered database of Redis, or why there is none. */
  redis(): Promise<Offered>
  stop(): Promise<void>
}

export async function offerServers(): Promise<Servers> {
  // What a fleet's Redis is told to do (docker-compose.yml).
  const offer = await startOffer({ appendonly: true })
  const ask = async (what: string): Promise<Offered> => {
    const response = await fetch(`${offer.url}/${what}`)
    return (await response.json()) as Offered
  }
  return {
    database: () => ask('database'),
    redis: () => ask('redis'),
    stop: () => offer.close(),
  }
}

/** The results of what needs a database, or that it was skipped. */
export async function onDatabase(
  servers: Servers,
  name: string,
  measure: (uri: string) => Promise<readonly BenchResult[]>,
): Promise<readonly (BenchResult | Skipped)[]> {
  const offered = await servers.database()
  return 'uri' in offered ? measure(offered.uri) : [{ name, skipped: offered.missing }]
}

/** Where a fleet works. */
export interface FleetGround {
  readonly uri: string
  readonly redisUrl: string
}

/** As {@link onDatabase}, for what needs Redis too; each call of `fresh` gives other, empty ground. */
export async function onFleetGround(
  servers: Servers,
  name: string,
  measure: (fresh: () => Promise<FleetGround>) => Promise<readonly BenchResult[]>,
): Promise<readonly (BenchResult | Skipped)[]> {
  const redis = await servers.redis()
  if ('missing' in redis) return [{ name, skipped: redis.missing }]
  return onDatabase(servers, name, () => measure(() => freshGround(servers)))
}

async function freshGround(servers: Servers): Promise<FleetGround> {
  const [database, redis] = await Promise.all([servers.database(), servers.redis()])
  if ('missing' in database) throw new Error(database.missing)
  if ('missing' in redis) throw new Error(redis.missing)
  return { uri: database.uri, redisUrl: redis.uri }
}
