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

/** The results of what needs a database, or that it was skipped. Each call of `fresh` gives another, empty one. */
export async function onDatabase(
  servers: Servers,
  name: string,
  measure: (fresh: () => Promise<string>) => Promise<readonly BenchResult[]>,
): Promise<readonly (BenchResult | Skipped)[]> {
  const offered = await servers.database()
  if ('missing' in offered) return [{ name, skipped: offered.missing }]
  return measure(async () => uriOf(await servers.database()))
}

/** Where a fleet works. */
export interface FleetGround {
  readonly uri: string
  readonly redisUrl: string
}

/** As {@link onDatabase}, for what needs Redis too. */
export async function onFleetGround(
  servers: Servers,
  name: string,
  measure: (fresh: () => Promise<FleetGround>) => Promise<readonly BenchResult[]>,
): Promise<readonly (BenchResult | Skipped)[]> {
  const redis = await servers.redis()
  if ('missing' in redis) return [{ name, skipped: redis.missing }]
  return onDatabase(servers, name, (fresh) =>
    measure(async () => ({ uri: await fresh(), redisUrl: uriOf(await servers.redis()) })),
  )
}

function uriOf(offered: Offered): string {
  if ('missing' in offered) throw new Error(offered.missing)
  return offered.uri
}
