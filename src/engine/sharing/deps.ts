import type { ShareId } from '#core/ids.ts'
import type { Tracking } from '#core/share.ts'
import type { SmsPrice } from '#core/sms-price.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Metrics } from '#ports/metrics.ts'
import type { Rates } from '#ports/rates.ts'
import type { Store } from '#ports/store/store.ts'
import type { Unfurler } from '#ports/unfurler.ts'
import type { Channels } from '../channels.ts'
import type { Connections } from '../connections.ts'
import type { Keys } from '../keys.ts'
import type { StatusLoop } from '../status.ts'

/** What the use cases around a share stand on. */
export interface SharingDeps {
  readonly store: Store
  readonly channels: Channels
  readonly connections: Connections
  readonly keys: Keys
  readonly unfurler: Unfurler
  readonly rates: Rates
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly status: StatusLoop
  /** Origins without a trailing slash. */
  readonly baseUrl: string
  readonly linkBaseUrl: string
  /** Hosts of both, whose `/r/` links are our own. */
  readonly ownHosts: readonly string[]
  /** Links, or those to stop, lead whoever opens them to their own machine. */
  readonly loopbackLinks: boolean
  /** Mail is signed, so that One-Click holds. */
  readonly signsMail: boolean
  readonly defaultRegion: string | undefined
  readonly tracking: Tracking
  readonly maxRecipients: number
  readonly undoMs: number
  readonly smsPrices: readonly SmsPrice[]
  /** There may be due work. */
  ring(): void
  /** Codes of the share must stop leading anywhere in this process at once. */
  forgetLinks(share: ShareId): void
}
