import type { PageRouter, WebRouter } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { accountPages } from './pages-account.ts'
import { consentPages } from './pages-consent.ts'
import { contactPages } from './pages-contacts.ts'
import { deliveryPages } from './pages-deliveries.ts'
import { homePages } from './pages-home.ts'
import { linkPages } from './pages-links.ts'
import { outboxPages } from './pages-outbox.ts'
import { sharePages } from './pages-share.ts'
import { statusPages } from './pages-shares.ts'
import { signInPages } from './pages-sign-in.ts'
import { staticPages } from './pages-static.ts'

/**
 * Where pages are hung in. A module of this folder (`pages-*.ts`) exports one function of either kind and is
 * listed below; it adds its routes to the router it is given:
 *
 *     export const homePages: PageRoutes = (router, deps) => {
 *       router.get('/', async (ctx) => {
 *         ctx.body = homePage(viewOf(ctx, deps), await deps.engine.sharing.list(…))
 *       })
 *     }
 *
 * A handler parses (zod), asks the engine, draws a page. It throws PassalongError for what cannot be done.
 * `secure(…)` (security.ts) before a handler gives a route other headers than its router's.
 */

/** Pages of senders: a session (session.ts), a CSRF token, the body of a form. */
export type PageRoutes = (router: PageRouter, deps: WebDeps) => void

/** What recipients and other sites load (`/r`, `/u`, share.js, assets): no session, no cookie, no CSRF token. */
export type PublicRoutes = (router: WebRouter, deps: WebDeps) => void

export const PAGE_ROUTES: readonly PageRoutes[] = [
  homePages,
  signInPages,
  accountPages,
  contactPages,
  sharePages,
  statusPages,
  deliveryPages,
  outboxPages,
]
export const PUBLIC_ROUTES: readonly PublicRoutes[] = [staticPages, linkPages, consentPages]
