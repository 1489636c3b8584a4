import type { Platform } from '#core/identity.ts'
import type { ShareView } from '#engine/engine.ts'
import type { Tongue } from '../words.ts'

/** What is shown of a share. */
export interface StatusView extends Tongue {
  readonly share: ShareView
  /** Null: nobody has said. */
  readonly timeZone: string | null
  readonly now: number
  /** The platform lets people pass a message on by themselves. */
  readonly passOn: boolean
  /** People of this platform can be invited by a link; null: there are none here. */
  readonly invitesTo: Platform | null
}
