import type { RandomBytes } from '#core/ids.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Rates } from '#ports/rates.ts'
import type { Store } from '#ports/store/store.ts'
import type { Accounts, LinkChange } from '../engine.ts'
import type { Keys } from '../keys.ts'

export interface LinkingDeps {
  readonly store: Pick<Store, 'accounts' | 'identities'>
  readonly keys: Pick<Keys, 'pinHash'>
  /** Of requests: over the fleet where it shares them, else of this process. */
  readonly rates: Rates
  readonly clock: Clock
  readonly logger: Logger
  readonly randomBytes: RandomBytes
  readonly signUp: Accounts['signUp']
}

/** What the parts of linking stand on besides. */
export interface LinkParts extends LinkingDeps {
  /** Whoever listens is told; never throws. */
  tell(change: LinkChange): void
}
