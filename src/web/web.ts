import type { IncomingMessage, ServerResponse } from 'node:http'
import { Router } from '@koa/router'
import Koa from 'koa'
import { formBody } from './body.ts'
import type {
  PageRouter,
  PageState,
  SessionHolder,
  WebApp,
  WebMiddleware,
  WebRouter,
  WebState,
} from './context.ts'
import { useCsrf } from './csrf.ts'
import type { WebDeps } from './deps.ts'
import { areaOf, errors } from './errors.ts'
import { language } from './language.ts'
import { notFound } from './not-found.ts'
import { PAGE_ROUTES, PUBLIC_ROUTES } from './routes/index.ts'
import { secure } from './security.ts'
import { useSessions } from './session.ts'

export type RequestHandler = (req: IncomingMessage, res: ServerResponse) => void

export interface Web {
  /** For the public port. */
  readonly handler: RequestHandler
  /** For the private socket in DATA_DIR: the same API without tokens, and what the CLI alone may do. */
  readonly local: RequestHandler
  /** Ends event streams, so that the server can close. */
  close(): void
}

/** The whole web front-end, without listening. */
export function createWeb(deps: WebDeps): Web {
  const app = createApp(deps)
  app.use(publicRoutes(deps))
  app.use(pageRoutes(app, deps))
  app.use(notFound())

  const local = createApp(deps)
  local.use(notFound())
  return { handler: app.callback(), local: local.callback(), close() {} }
}

/** Paths are case-sensitive and end where they end: `/R/x` and `/r/x/` are not `/r/x`. */
const EXACT = { sensitive: true, strict: true } as const

function createApp(deps: WebDeps): WebApp {
  const app = new Koa<WebState>()
  app.on('error', (error) => deps.logger.warn({ err: error }, 'answer broke off'))
  app.use(facts(deps))
  app.use(language())
  app.use(errors(deps.settings, deps.logger))
  return app
}

/** What every request carries, and its count. */
function facts(deps: WebDeps): WebMiddleware {
  return async (ctx, next) => {
    ctx.state.ip = ctx.req.socket.remoteAddress ?? ''
    try {
      await next()
    } finally {
      const status = `${Math.floor(ctx.status / 100)}xx`
      const area = ctx.matched?.length ? areaOf(ctx.path) : 'none'
      deps.metrics.count('requests', { area, status })
    }
  }
}

function publicRoutes(deps: WebDeps): ReturnType<WebRouter['routes']> {
  const router: WebRouter = new Router<WebState>(EXACT)
  router.use(secure('link', deps.settings))
  for (const add of PUBLIC_ROUTES) add(router, deps)
  return router.routes()
}

function pageRoutes(app: WebApp, deps: WebDeps): ReturnType<PageRouter['routes']> {
  const router: PageRouter = new Router<PageState, SessionHolder>(EXACT)
  router.use(secure('page', deps.settings))
  useSessions(router, app, deps)
  router.use(formBody())
  useCsrf(router)
  for (const add of PAGE_ROUTES) add(router, deps)
  return router.routes()
}
