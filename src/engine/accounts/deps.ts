import type { RandomBytes } from '#core/ids.ts'
import type { Clock } from '#ports/clock.ts'
import type { Rates } from '#ports/rates.ts'
import type { AccountStore } from '#ports/store/accounts.ts'
import type { IdentityStore } from '#ports/store/identities.ts'
import type { Background } from '../background.ts'
import type { Accounts } from '../engine.ts'
import type { Mails } from './mails.ts'
import type { Notices } from './notices.ts'
import type { Passwords } from './passwords.ts'

export interface AccountsDeps {
  readonly store: AccountStore
  readonly identities: Pick<IdentityStore, 'ofAccount'>
  /** Of requests. */
  readonly rates: Rates
  readonly mails: Mails
  readonly notices: Notices
  readonly background: Background
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  readonly signUp: Accounts['signUp']
  /** Origin of pages, without a trailing slash. */
  readonly baseUrl: string
}

/** What the parts of accounts stand on besides. */
export interface AccountParts extends AccountsDeps {
  readonly passwords: Passwords
}
