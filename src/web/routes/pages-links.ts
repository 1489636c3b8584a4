import type { VisitAnswer } from '#engine/engine.ts'
import type { WebContext } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { REDIRECT_HEADERS } from '../links.ts'
import { type PublicPage, sendPublicPage } from '../markup.ts'
import { gonePage, linkPage, notFoundPage } from '../pages/link-pages.ts'
import { goneDeck, linkDeck, notFoundDeck } from '../pages/wap/link-decks.ts'
import { createViewerOf } from '../session.ts'
import type { PublicRoutes } from './route.ts'

/** `/r/<code>`: whatever `quickLinks` left over. A session is read to tell the sender's own visits, never set. */
export const linkPages: PublicRoutes = (router, deps) => {
  const viewerOf = createViewerOf(deps.sessions)
  router.get('/r/:code', async (ctx) => {
    const begun = deps.clock.monotonic()
    answer(ctx, await visit(ctx, deps, viewerOf))
    deps.metrics.observe('redirect', (deps.clock.monotonic() - begun) / 1_000)
  })
}

async function visit(
  ctx: WebContext,
  deps: WebDeps,
  viewerOf: ReturnType<typeof createViewerOf>,
): Promise<VisitAnswer> {
  return deps.engine.visiting.visit({
    code: ctx.params.code ?? '',
    method: ctx.method,
    ip: ctx.state.ip,
    headers: ctx.req.headers,
    viewer: await viewerOf(ctx.req.headers.cookie),
  })
}

function answer(ctx: WebContext, found: VisitAnswer): void {
  const { locale } = ctx.state
  switch (found.kind) {
    case 'redirect':
      ctx.status = 302
      ctx.set(REDIRECT_HEADERS)
      ctx.set('Location', found.location)
      ctx.body = ''
      return
    case 'page':
      page(ctx, 200, {
        html: () => linkPage(locale, found.link),
        deck: () => linkDeck(locale, found.link),
      })
      return
    case 'unknown':
      page(ctx, 404, { html: () => notFoundPage(locale), deck: () => notFoundDeck(locale) })
      return
    case 'gone':
      page(ctx, 410, {
        html: () => gonePage(locale, found.why),
        deck: () => goneDeck(locale, found.why),
      })
      return
    default:
      found satisfies never
  }
}

function page(ctx: WebContext, status: number, shown: PublicPage): void {
  ctx.set('X-Robots-Tag', 'noindex')
  sendPublicPage(ctx, status, shown)
}
