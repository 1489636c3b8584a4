/**
 * The one place that wires everything. Adapters and their SDKs are loaded here, lazily and only where the
 * configuration asks for them; nothing listens and nothing runs until its `start`.
 */

import { servesWeb } from '#core/role.ts'
import type { EngineSettings } from '#engine/deps.ts'
import type { Engine } from '#engine/engine.ts'
import type { Channel } from '#ports/channel.ts'
import type { Web } from '#web/web.ts'
import { createChannels } from './compose/channels.ts'
import { type Chat, createChats } from './compose/chats.ts'
import { openDispatcher } from './compose/dispatcher.ts'
import type { Ground } from './compose/ground.ts'
import { createLateTerminals, terminalPages } from './compose/late-terminals.ts'
import { createLateUnfurler } from './compose/late-unfurler.ts'
import { openSpool } from './compose/spool.ts'
import type { Config } from './config.ts'
import { VERSION } from './version.ts'

export { type Ground, openGround } from './compose/ground.ts'

const DAY_MS = 24 * 3_600_000

export interface Product {
  readonly engine: Engine
  readonly web: Web
  /** Ends what runs: sends get `graceMs`, visits are committed, leases returned. Close the doors first. */
  stop(graceMs: number): Promise<void>
}

interface Parts {
  readonly engine: Engine
  readonly channels: readonly Channel[]
  readonly chats: readonly Chat[]
}

interface RunningEngine {
  readonly engine: Engine
  stop(graceMs: number): Promise<void>
}

/** The engine and its front-ends on open ground. */
export async function compose(config: Config, ground: Ground): Promise<Product> {
  const channels = await createChannels(config, {
    outbox: ground.store.outbox,
    people: ground.store.people,
    keys: ground.keys,
    logger: ground.logger,
  })
  let chats: readonly Chat[] = []
  const { engine, stop } = await composeEngine(config, ground, { channels, chats: () => chats })
  chats = await createChats(config, ground, engine)
  return { engine, stop, web: await composeWeb(config, ground, { engine, channels, chats }) }
}

async function composeEngine(
  config: Config,
  ground: Ground,
  { channels, chats }: { channels: readonly Channel[]; chats: () => readonly Chat[] },
): Promise<RunningEngine> {
  const { createEngine } = await import('#engine/create-engine.ts')
  const unfurler = createLateUnfurler(config)
  const { spool, close: closeSpool } = await openSpool(config, ground)
  const dispatcher = await openDispatcher(config, ground)
  const engine = createEngine(engineSettings(config), {
    ...ground,
    channels,
    bots: () => chats().map(({ bot }) => bot),
    dispatcher,
    unfurler,
    spool,
  })
  return {
    engine,
    async stop(graceMs) {
      await engine.stop(graceMs)
      await Promise.all(chats().map((chat) => chat.close()))
      await unfurler.close()
      await closeSpool()
    },
  }
}

function engineSettings(config: Config): EngineSettings {
  return {
    role: config.role,
    sharedQueue: config.sharedQueue,
    baseUrl: config.baseUrl,
    linkBaseUrl: config.linkBaseUrl,
    signsMail: config.email?.dkim !== null && config.email !== null,
    defaultRegion: config.defaultRegion ?? undefined,
    tracking: config.tracking,
    unknownPolicy: config.unknownOutcome,
    undoMs: config.undoSeconds * 1_000,
    smsPrices: config.smsPrices,
    maxRecipients: config.maxRecipients,
    cap: config.recipientCap && { ...config.recipientCap, windowMs: DAY_MS },
    identifyMs: config.identifyDays * DAY_MS,
    signUp: config.signup,
    operator: config.operator ?? undefined,
  }
}

async function composeWeb(
  config: Config,
  ground: Ground,
  { engine, channels, chats }: Parts,
): Promise<Web> {
  const [{ createWeb, createProbes }, { createAdministration }] = await Promise.all([
    import('#web/web.ts'),
    import('#engine/administration.ts'),
  ])
  const { store, keys, requestRates: rates, clock, logger, metrics } = ground
  const create = servesWeb(config.role) ? createWeb : createProbes
  return create({
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
    hooks: [...channels, ...chats].flatMap(({ hooks }) => hooks),
    terminals: createLateTerminals(config, ground, engine),
    chats: [...chats.map(({ page }) => page), ...terminalPages(config)],
  })
}
