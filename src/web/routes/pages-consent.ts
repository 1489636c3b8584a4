import type { ConsentChoice, ConsentView } from '#engine/engine.ts'
import { readBody } from '../body.ts'
import type { WebContext } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { sendPublicPage } from '../markup.ts'
import { consentPage, unknownConsentPage } from '../pages/consent-page.ts'
import { consentDeck, unknownConsentDeck } from '../pages/wap/consent-deck.ts'
import type { PublicRoutes } from './route.ts'

const CHOICES: readonly ConsentChoice[] = ['stop-all', 'stop-sender', 'resume', 'untrack', 'track']
const BODY_LIMIT = 16 * 1024
/** RFC 8058, as a form of either encoding. */
const ONE_CLICK = /(?:^|&)List-Unsubscribe=One-Click(?:&|$)|name="?List-Unsubscribe"?\s+One-Click/i

/** `/u/<token>`: GET shows, POST does. Whoever holds the message may; no cookie, no session. */
export const consentPages: PublicRoutes = (router, deps) => {
  router.get('/u/:token', async (ctx) => {
    const view = await deps.engine.consent.view(tokenOf(ctx))
    if (!view) return sendUnknown(ctx)
    send(ctx, view, { changed: false, status: 200 })
  })
  router.post('/u/:token', (ctx) => choose(ctx, deps))
}

async function choose(ctx: WebContext, { engine }: WebDeps): Promise<void> {
  const body = (
    await readBody(ctx.req, BODY_LIMIT, ctx.state.texts('http.problem.too_large'))
  ).toString()
  if (ONE_CLICK.test(body))
    return oneClick(ctx, await engine.consent.choose(tokenOf(ctx), 'stop-all'))
  const asked = new URLSearchParams(body).get('choice')
  const choice = CHOICES.find((known) => known === asked)
  const token = tokenOf(ctx)
  const view = choice
    ? await engine.consent.choose(token, choice)
    : await engine.consent.view(token)
  if (!view) return sendUnknown(ctx)
  send(ctx, view, { changed: choice !== undefined, status: choice ? 200 : 422 })
}

/** A mail provider asks on behalf of the recipient, and looks at the status alone. */
function oneClick(ctx: WebContext, view: unknown): void {
  ctx.status = view ? 200 : 404
  ctx.set('Cache-Control', 'no-store')
  ctx.type = 'text/plain'
  ctx.body = view ? 'Unsubscribed\n' : 'Unknown\n'
}

function tokenOf(ctx: WebContext): string {
  return (ctx.params.token ?? '').slice(0, 200)
}

function sendUnknown(ctx: WebContext): void {
  const { locale } = ctx.state
  sendPublicPage(ctx, 404, {
    html: () => unknownConsentPage(locale),
    deck: () => unknownConsentDeck(locale),
  })
}

function send(
  ctx: WebContext,
  view: ConsentView,
  { changed, status }: { readonly changed: boolean; readonly status: number },
): void {
  const { locale } = ctx.state
  sendPublicPage(ctx, status, {
    html: () => consentPage(locale, view, changed),
    deck: () => consentDeck(locale, view, changed, ctx.path),
  })
}
