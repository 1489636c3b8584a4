import type { UnknownPolicy } from '#core/delivery.ts'
import type { Role } from '#core/role.ts'
import type { Tracking } from '#core/share.ts'
import type { SmsPrice } from '#core/sms-price.ts'
import type { Bot } from '#ports/bot.ts'
import type { Channel } from '#ports/channel.ts'
import type { Clock } from '#ports/clock.ts'
import type { Dispatcher } from '#ports/dispatcher.ts'
import type { Logger } from '#ports/logger.ts'
import type { Metrics } from '#ports/metrics.ts'
import type { Rates } from '#ports/rates.ts'
import type { Spool } from '#ports/spool.ts'
import type { RecipientCap } from '#ports/store/deliveries.ts'
import type { Store } from '#ports/store/store.ts'
import type { Unfurler } from '#ports/unfurler.ts'
import type { Keys } from './keys.ts'

/** What the engine must know of the configuration. */
export interface EngineSettings {
  /** What of the work is done in this process. */
  readonly role: Role
  /** Dispatcher and rates reach over processes, so that several may send; else one at a time does, the rest stand by. */
  readonly sharedQueue: boolean
  /** Origins without a trailing slash. */
  readonly baseUrl: string
  readonly linkBaseUrl: string
  /** Mail goes out DKIM-signed, so that One-Click holds where `baseUrl` is https. */
  readonly signsMail: boolean
  readonly defaultRegion: string | undefined
  readonly tracking: Tracking
  readonly unknownPolicy: UnknownPolicy
  readonly undoMs: number
  /** Empty: text messages are counted, not priced. */
  readonly smsPrices: readonly SmsPrice[]
  readonly maxRecipients: number
  /** Null: no cap. */
  readonly cap: RecipientCap | null
  readonly identifyMs: number
  /** Who may make an account after the first. */
  readonly signUp: 'invite' | 'open' | 'closed'
  /** Whom to alert, as a recipient is written. */
  readonly operator: string | undefined
}

/** What the engine stands on. */
export interface EngineDeps {
  readonly store: Store
  readonly dispatcher: Dispatcher
  /** Of sends. */
  readonly rates: Rates
  /** Of requests, for sign-in and previews: never away, so that these go on while sending pauses. */
  readonly requestRates: Rates
  readonly channels: readonly Channel[]
  /** Asked for when the engine starts: bots stand on it. */
  readonly bots: () => readonly Bot[]
  readonly unfurler: Unfurler
  readonly spool: Spool
  readonly keys: Keys
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}
