import type { IncomingMessage, ServerResponse } from 'node:http'
import { Router } from '@koa/router'
import Koa from 'koa'
import { type TrustProxy, trustedProxies } from '#core/visit/client-address.ts'
import { bearer, local } from './api/authenticate.ts'
import { addApi } from './api/router.ts'
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
import { addDocs } from './docs.ts'
import { areaOf, errors } from './errors.ts'
import { addHooks } from './hooks.ts'
import { language } from './language.ts'
import { quickLinks, requestAddress } from './links.ts'
import { addLocal } from './local.ts'
import { addLocalChat } from './local-chat.ts'
import { methodsServed, notFound } from './not-found.ts'
import { addProbes } from './probes.ts'
import { PAGE_ROUTES, PUBLIC_ROUTES } from './routes/index.ts'
import { draftAgain } from './routes/pages-share.ts'
import { secure } from './security.ts'
import { useSessions } from './session.ts'
import { createEventStreams, type EventStreams } from './sse.ts'

export type RequestHandler = (req: IncomingMessage, res: ServerResponse) => void

export interface Web {
  /** For the public port. */
  readonly handler: RequestHandler
  /** For a private socket: the same API without tokens, and what the CLI alone may do. */
  readonly local: RequestHandler
  /** Ends event streams and what waits for news, so that the server can close. */
  close(): void
}

/** The whole web front-end, without listening. */
export function createWeb(deps: WebDeps): Web {
  const trust = trustedProxies(deps.settings.trustedProxies)
  const streams = createEventStreams(deps)
  const app = createApp(deps, trust)
  app.use(dataRoutes(deps))
  app.use(publicRoutes(deps))
  app.use(pageRoutes(app, deps, streams))
  app.use(notFound())
  const answer = app.callback()
  const quick = quickLinks({ visiting: deps.engine.visiting, metrics: deps.metrics, trust })
  return {
    handler: (req, res) => {
      if (!quick(req, res)) void answer(req, res)
    },
    local: localHandler(deps),
    close() {
      streams.close()
      deps.terminals.close()
    },
  }
}

/** As `createWeb`, for a process without pages: it says whether it lives and can work, and gives its metrics. */
export function createProbes(deps: WebDeps): Web {
  const app = createApp(deps, trustedProxies(deps.settings.trustedProxies))
  const router: WebRouter = new Router<WebState>(EXACT)
  addProbes(router, deps)
  app.use(router.routes())
  app.use(notFound())
  return { handler: app.callback(), local: localHandler(deps), close: () => deps.terminals.close() }
}

function localHandler(deps: WebDeps): RequestHandler {
  const app = createApp(deps, trustedProxies(deps.settings.trustedProxies))
  app.use(localRoutes(deps))
  app.use(notFound())
  return app.callback()
}

/** Paths are case-sensitive and end where they end: `/R/x` and `/r/x/` are not `/r/x`. */
const EXACT = { sensitive: true, strict: true } as const

function createApp(deps: WebDeps, trust: TrustProxy): WebApp {
  const app = new Koa<WebState>()
  app.on('error', (error) => deps.logger.debug({ err: error }, 'answer broke off'))
  app.use(basics(deps, trust))
  app.use(language())
  app.use(errors(deps.settings, deps.logger))
  return app
}

/** Who asks, what a browser may do with any answer, and the count of requests. */
function basics(deps: WebDeps, trust: TrustProxy): WebMiddleware {
  const headers = secure('data', deps.settings)
  return async (ctx, next) => {
    ctx.state.ip = requestAddress(ctx.req, trust)
    await headers(ctx, next)
    const area = methodsServed(ctx).length > 0 ? areaOf(ctx.path) : 'none'
    deps.metrics.count('requests', { area, status: `${Math.floor(ctx.status / 100)}xx` })
  }
}

/** What programs read: the API, its description, probes and hooks. No session, no cookie. */
function dataRoutes(deps: WebDeps): ReturnType<WebRouter['routes']> {
  const router: WebRouter = new Router<WebState>(EXACT)
  addApi(router, deps, bearer(deps))
  addHooks(router, deps)
  addProbes(router, deps)
  addDocs(router, deps)
  return router.routes()
}

function localRoutes(deps: WebDeps): ReturnType<WebRouter['routes']> {
  const router: WebRouter = new Router<WebState>(EXACT)
  addApi(router, deps, local(deps))
  addLocal(router, deps)
  addLocalChat(router, deps)
  return router.routes()
}

/** What recipients and other sites load. */
function publicRoutes(deps: WebDeps): ReturnType<WebRouter['routes']> {
  const router: WebRouter = new Router<WebState>(EXACT)
  router.use(secure('link', deps.settings))
  for (const add of PUBLIC_ROUTES) add(router, deps)
  return router.routes()
}

/** What senders use, signed in or about to. */
function pageRoutes(
  app: WebApp,
  deps: WebDeps,
  streams: EventStreams,
): ReturnType<PageRouter['routes']> {
  const router: PageRouter = new Router<PageState, SessionHolder>(EXACT)
  router.use(secure('page', deps.settings))
  // First, however long it takes: what it asks for is judged by the session as it stands then.
  router.use(formBody())
  useSessions(router, app, deps)
  useCsrf(router, deps.keys, draftAgain)
  streams.add(router)
  for (const add of PAGE_ROUTES) add(router, deps)
  return router.routes()
}
