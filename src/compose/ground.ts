import { randomBytes } from 'node:crypto'
import { createSystemClock } from '#adapters/clock/system.ts'
import { createKeys, type Keys } from '#engine/keys.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Rates } from '#ports/rates.ts'
import type { Store } from '#ports/store/store.ts'
import type { Config } from '#src/config.ts'
import type { ServedMetrics } from '#web/metrics.ts'
import { createLateRates } from './late-rates.ts'
import { keepSessionSecret } from './session-secret.ts'

/** What everything stands on. On the embedded store, holding it holds the data folder. */
export interface Ground {
  readonly store: Store
  readonly keys: Keys
  /** Of sends: where they are shared and away, they throw, and sending pauses. */
  readonly rates: Rates
  /** Of requests: where the shared ones are away, this process counts alone. */
  readonly requestRates: Rates
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: ServedMetrics
  /** Lets the data folder go. */
  close(): Promise<void>
}

type GroundDeps = Pick<Ground, 'clock' | 'logger'>

/**
 * Opens the store, and the rates beside it. Throws PassalongError within three seconds: where another process holds
 * the data folder, where MongoDB or Redis does not answer.
 */
export async function openGround(config: Config, logger: Logger): Promise<Ground> {
  const clock = createSystemClock()
  const deps = { clock, logger }
  // All is loaded before anybody is asked: loading holds up answers, which then seem to stay out.
  const [{ createMetrics }, openStore, openRates] = await Promise.all([
    import('#web/metrics.ts'),
    loadStore(config, deps),
    loadRates(config, deps),
  ])
  const [store, rates] = await bothOrNeither(openStore(), openRates())
  const secret = config.secret('SESSION_SECRET') ?? keepSessionSecret(config.dataDir)
  return {
    store,
    keys: createKeys(secret),
    ...rates,
    ...deps,
    metrics: createMetrics(),
    async close() {
      await rates.requestRates.close()
      await rates.rates.close()
      await store.close()
    },
  }
}

/** What could be opened is closed again where the other could not. */
async function bothOrNeither(
  opening: Promise<Store>,
  others: Promise<OpenRates>,
): Promise<[Store, OpenRates]> {
  const [store, rates] = await Promise.allSettled([opening, others])
  if (store.status === 'fulfilled' && rates.status === 'fulfilled')
    return [store.value, rates.value]
  if (store.status === 'fulfilled') await store.value.close()
  if (rates.status === 'fulfilled') await rates.value.rates.close()
  throw store.status === 'rejected' ? store.reason : (rates as PromiseRejectedResult).reason
}

async function loadStore(
  config: Config,
  { clock, logger }: GroundDeps,
): Promise<() => Promise<Store>> {
  if (config.embedded) {
    const { createSqliteStore } = await import('#adapters/stores/sqlite/store.ts')
    return async () => createSqliteStore({ dataDir: config.dataDir }, { clock, randomBytes })
  }
  const { createMongoStore } = await import('#adapters/stores/mongo/store.ts')
  const uri = (): string => config.secret('MONGODB_URI') ?? ''
  return () => createMongoStore({ uri }, { logger, randomBytes })
}

type OpenRates = Pick<Ground, 'rates' | 'requestRates'>

async function loadRates(config: Config, deps: GroundDeps): Promise<() => Promise<OpenRates>> {
  const { createLocalRates } = await import('#adapters/rates/local.ts')
  const local = createLocalRates(deps)
  const url = config.secret('REDIS_URL')
  if (!url) return async () => ({ rates: local, requestRates: local })
  const [{ createRedisRates }, { createSpareRates }] = await Promise.all([
    import('#adapters/rates/redis.ts'),
    import('#adapters/rates/spare.ts'),
  ])
  const open = (): Promise<Rates> => createRedisRates({ url }, deps)
  // Beside a fleet, with a queue of its own: what it sends counts all the same, the rest goes on without Redis.
  if (!config.sharedQueue)
    return async () => ({ rates: createLateRates(open), requestRates: local })
  return async () => {
    const shared = await open()
    return { rates: shared, requestRates: createSpareRates(shared, local, deps) }
  }
}
