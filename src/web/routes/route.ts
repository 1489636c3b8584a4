import type { PageRouter, WebRouter } from '../context.ts'
import type { WebDeps } from '../deps.ts'

/**
 * A module of routes (`pages-*.ts`) exports one function of either kind and is listed in routes/index.ts; it
 * adds its routes to the router it is given:
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
