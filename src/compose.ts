/**
 * The one place that wires everything. Adapters and their SDKs are loaded here, lazily and only where the
 * configuration asks for them; nothing listens and nothing runs until its `start`.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createSystemClock } from '#adapters/clock/system.ts'
import type { EngineSettings } from '#engine/deps.ts'
import type { Engine } from '#engine/engine.ts'
import { createKeys, type Keys } from '#engine/keys.ts'
import type { Channel } from '#ports/channel.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Rates } from '#ports/rates.ts'
import type { Store } from '#ports/store/store.ts'
import type { ServedMetrics } from '#web/metrics.ts'
import type { Web } from '#web/web.ts'
import { createChannels } from './compose/channels.ts'
import { createLateUnfurler } from './compose/late-unfurler.ts'
import { keepSessionSecret } from './compose/session-secret.ts'
import type { Config } from './config.ts'
import { VERSION } from './version.ts'

const DAY_MS = 24 * 3_600_000

/** What everything stands on. Holding it holds the data folder. */
export interface Ground {
  readonly store: Store
  readonly keys: Keys
  readonly rates: Rates
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: ServedMetrics
  /** Lets the data folder go. */
  close(): Promise<void>
}

export interface Product {
  readonly engine: Engine
  readonly web: Web
  /** Ends what runs: sends get `graceMs`, visits are committed, leases returned. Close the doors first. */
  stop(graceMs: number): Promise<void>
}

interface RunningEngine {
  readonly engine: Engine
  stop(graceMs: number): Promise<void>
}

/** Opens the data folder. Throws PassalongError where another process holds it. */
export async function openGround(config: Config, logger: Logger): Promise<Ground> {
  const [{ createSqliteStore }, { createLocalRates }, { createMetrics }] = await Promise.all([
    import('#adapters/stores/sqlite/store.ts'),
    import('#adapters/rates/local.ts'),
    import('#web/metrics.ts'),
  ])
  const clock = createSystemClock()
  const store = createSqliteStore({ dataDir: config.dataDir }, { clock, randomBytes })
  const secret = config.secret('SESSION_SECRET') ?? keepSessionSecret(config.dataDir)
  const rates = createLocalRates({ clock })
  return {
    store,
    keys: createKeys(secret),
    rates,
    clock,
    logger,
    metrics: createMetrics(),
    async close() {
      await rates.close()
      await store.close()
    },
  }
}

/** The engine and its front-ends on open ground. */
export async function compose(config: Config, ground: Ground): Promise<Product> {
  const channels = await createChannels(config, {
    outbox: ground.store.outbox,
    logger: ground.logger,
  })
  const { engine, stop } = await composeEngine(config, ground, channels)
  return { engine, stop, web: await composeWeb(config, ground, engine, channels) }
}

async function composeEngine(
  config: Config,
  ground: Ground,
  channels: readonly Channel[],
): Promise<RunningEngine> {
  const { clock, logger } = ground
  const [{ createEngine }, { createLocalDispatcher }, { openFileSpool }] = await Promise.all([
    import('#engine/create-engine.ts'),
    import('#adapters/dispatchers/local/local.ts'),
    import('#adapters/spool/file.ts'),
  ])
  const unfurler = createLateUnfurler(config)
  const spool = await openFileSpool({ dir: join(config.dataDir, 'spool') }, { logger })
  const dispatcher = createLocalDispatcher({ clock, logger })
  const engine = createEngine(engineSettings(config), {
    ...ground,
    channels,
    dispatcher,
    unfurler,
    spool,
  })
  return {
    engine,
    async stop(graceMs) {
      await engine.stop(graceMs)
      await unfurler.close()
      await spool.close()
    },
  }
}

function engineSettings(config: Config): EngineSettings {
  return {
    baseUrl: config.baseUrl,
    linkBaseUrl: config.linkBaseUrl,
    signsMail: config.email?.dkim !== null && config.email !== null,
    defaultRegion: config.defaultRegion ?? undefined,
    tracking: config.tracking,
    unknownPolicy: config.unknownOutcome,
    undoMs: config.undoSeconds * 1_000,
    maxRecipients: config.maxRecipients,
    cap: config.recipientCap && { ...config.recipientCap, windowMs: DAY_MS },
    identifyMs: config.identifyDays * DAY_MS,
    operator: config.operator ?? undefined,
  }
}

async function composeWeb(
  config: Config,
  ground: Ground,
  engine: Engine,
  channels: readonly Channel[],
): Promise<Web> {
  const [{ createWeb }, { createAdministration }] = await Promise.all([
    import('#web/web.ts'),
    import('#engine/administration.ts'),
  ])
  const { store, keys, rates, clock, logger, metrics } = ground
  return createWeb({
    engine,
    administration: createAdministration(store, config.identifyDays * DAY_MS),
    settings: {
      baseUrl: config.baseUrl,
      linkBaseUrl: config.linkBaseUrl,
      trustedProxies: config.trustedProxies,
      apiRate: config.apiRate,
      metricsToken: config.secret('METRICS_TOKEN'),
      version: VERSION,
    },
    sessions: store.accounts,
    keys,
    rates,
    clock,
    logger,
    metrics,
    hooks: channels.flatMap((channel) => channel.hooks),
  })
}
