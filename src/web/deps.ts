import type { Administration } from '#engine/administration.ts'
import type { Engine } from '#engine/engine.ts'
import type { Keys } from '#engine/keys.ts'
import type { BotPlatform } from '#ports/bot-platform.ts'
import type { Hook } from '#ports/channel.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Rates } from '#ports/rates.ts'
import type { AccountStore } from '#ports/store/accounts.ts'
import type { Terminals } from '#ports/terminals.ts'
import type { ServedMetrics } from './metrics.ts'

/** What the web server must know of the configuration; it never reads the environment itself. */
export interface WebSettings {
  /** Absolute, without a trailing slash; its scheme decides over Secure cookies and HSTS. */
  readonly baseUrl: string
  /** Where the links of deliveries lead; often the same. */
  readonly linkBaseUrl: string
  /** CIDRs whose forwarding headers are believed. */
  readonly trustedProxies: readonly string[]
  /** API requests a minute, for each token. */
  readonly apiRate: number
  /** Opens `/metrics` to others than this machine; null: nobody else. */
  readonly metricsToken: string | null
  readonly version: string
  /** Time between two signs of life on an event stream; 20 s where it is left out. */
  readonly heartbeatMs?: number
}

export interface WebDeps {
  readonly engine: Engine
  /** What only who owns the data folder may ask for. */
  readonly administration: Administration
  readonly settings: WebSettings
  readonly sessions: SessionStore
  readonly keys: Keys
  readonly rates: Rates
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: ServedMetrics
  /** What the channels want to be called back at. */
  readonly hooks: readonly Hook[]
  /** The conversation in terminals. */
  readonly terminals: Terminals
  /** The platforms whose users may be linked to accounts, each once. */
  readonly chats: readonly WebChat[]
}

/** What pages say of a platform: how one comes to its bot. */
export type WebChat = Pick<BotPlatform, 'platform' | 'startUrl' | 'writeCommand'>

export type SessionStore = Pick<
  AccountStore,
  'putSession' | 'renewSession' | 'getSession' | 'dropSession' | 'dropSessions'
>
