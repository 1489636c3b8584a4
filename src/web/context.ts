import type { Router, RouterContext } from '@koa/router'
import type Koa from 'koa'
import type { Middleware } from 'koa'
import type { Account } from '#core/account.ts'
import type { AccountId } from '#core/ids.ts'
import type { Locale } from '#core/locale.ts'
import type { Texts } from '#locales/texts.ts'

/** What every request carries. */
export interface WebState {
  /** The client's address by TRUSTED_PROXIES. For rates and visits; never logged or stored. */
  ip: string
  locale: Locale
  texts: Texts
}

/** What a page's request carries besides (session.ts, csrf.ts). */
export interface PageState extends WebState {
  /** The signed-in account, or null. */
  account: Account | null
  /** For the hidden field `_csrf` of a form. Reading it starts a session; leave it where no form stands. */
  readonly csrf: string
}

/** What a browser session holds. Small: it is read and written whole. */
export interface SessionData {
  account?: AccountId | undefined
  csrf?: string | undefined
  /** A line to show once on the next page. */
  flash?: string | undefined
}

export interface PageSession extends SessionData {
  /** What the cookie holds. */
  readonly externalKey: string
  /** Gives the session a new key: whoever knew the old one has nothing. */
  regenerate(): Promise<void>
}

export interface SessionHolder {
  /** Null ends the session. */
  session: PageSession | null
}

export type WebApp = Koa<WebState>
export type WebRouter = Router<WebState>
export type WebContext = RouterContext<WebState>
/** Fits an app and a router alike. */
export type WebMiddleware = Middleware<WebState>
export type PageRouter = Router<PageState, SessionHolder>
export type PageContext = RouterContext<PageState, SessionHolder>
