import type { Account } from '#core/account.ts'
import type { Locale } from '#core/locale.ts'
import type { Accounts } from '#engine/engine.ts'
import type { Texts } from '#locales/texts.ts'
import type { Fragment } from './html.ts'

/** What a recipient's page knows of who reads it: a language, nothing else. */
export interface PublicView {
  readonly locale: Locale
  readonly texts: Texts
}

/** What every page for senders needs besides its own matter. */
export interface PageView extends PublicView {
  readonly account: Account | null
  /** Goes into every form. */
  readonly csrf: string
  /** Path and query of this page: where the language switch comes back to. */
  readonly here: string
  /** IANA name: the account's, else the browser's, else UTC. */
  readonly timeZone: string
  /** False: UTC stands in, and times say so. */
  readonly zoneKnown: boolean
  /** When the page is drawn. */
  readonly now: number
  /** The product's own address, `https://pass.example.org`. */
  readonly baseUrl: string
  /** Who may make an account here. */
  readonly signUp: Accounts['signUp']
  /** The outbox may be read by this account. */
  readonly outbox: boolean
  /** What stands in the way of sending now, one sentence each. */
  readonly banners: readonly Fragment[]
}
