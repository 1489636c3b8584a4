import { type Account, isVerified } from '#core/account.ts'
import { PassalongError } from '#core/errors.ts'
import { isLoopback } from '#core/loopback.ts'
import { knownZone } from '#core/zoned-time.ts'
import type { ChannelHealth } from '#engine/engine.ts'
import { sayError } from '#locales/texts.ts'
import type { PageContext, PageSession } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { unverifiedBanner } from '../pages/account-frame.ts'
import type { FormFault } from '../pages/fields.ts'
import type { Fragment } from '../pages/html.ts'
import type { PageView } from '../pages/view.ts'

/** Set by public/app.js: an IANA name, nobody's secret. */
const ZONE_COOKIE = 'passalong.zone'
const UNSIGNED = { signed: false } as const

/**
 * Lets the signed-in through; everybody else signs in first and comes back to `returnTo` (the page itself for
 * a GET). The engine's sentences come in the page's language.
 */
export function signedIn(
  handle: (ctx: PageContext, account: Account) => Promise<void>,
  returnTo: (ctx: PageContext) => string = herePath,
): (ctx: PageContext) => Promise<void> {
  return async (ctx) => {
    const { account, locale } = ctx.state
    if (account) return handle(ctx, { ...account, locale })
    ctx.redirect(`/sign-in?next=${encodeURIComponent(returnTo(ctx))}`)
    ctx.status = 303
  }
}

/** Path and query of the request; of a POST, whose path shows no page, the start page. */
function herePath(ctx: PageContext): string {
  return ctx.method === 'GET' || ctx.method === 'HEAD' ? ctx.url : '/'
}

/** What the layout needs. The session is touched only where a form asks for its token. */
export async function viewOf(
  ctx: PageContext,
  deps: WebDeps,
  here: string = ctx.url,
): Promise<PageView> {
  const { account, locale, texts } = ctx.state
  const zone = zoneOf(ctx)
  return {
    locale,
    texts,
    account,
    here: here.slice(0, 6000),
    timeZone: zone ?? 'UTC',
    zoneKnown: zone !== null,
    now: deps.clock.now(),
    baseUrl: deps.settings.baseUrl,
    signUp: deps.engine.accounts.signUp,
    outbox: mayReadOutbox(account, deps),
    banners: account ? await bannersOf(ctx, deps, account) : [],
    get csrf() {
      return ctx.state.csrf
    },
  }
}

/** What the account says, else what the page's script noted of the browser. */
export function zoneOf(ctx: PageContext): string | null {
  const noted = knownZone(ctx.cookies.get(ZONE_COOKIE, UNSIGNED) ?? '')
  return ctx.state.account?.timeZone ?? noted ?? null
}

export function mayReadOutbox(account: Account | null, deps: WebDeps): boolean {
  return account?.role === 'operator' && deps.engine.outbox.active
}

async function bannersOf(ctx: PageContext, deps: WebDeps, account: Account): Promise<Fragment[]> {
  const [channels, verified] = await Promise.all([
    deps.engine.health.channels(),
    mayWriteToAnybody(account, deps),
  ])
  const t = ctx.state.texts
  const real = channels.filter((channel) => channel.configured)
  const down = real.filter((channel) => channel.paused !== null)
  const { baseUrl, linkBaseUrl } = deps.settings
  const loopback = real.length > 0 && [baseUrl, linkBaseUrl].some(isLoopback)
  return [
    ...(verified ? [] : [unverifiedBanner(t)]),
    ...down.map((channel) => downText(ctx, channel)),
    ...(loopback ? [t('web.warning.loopback')] : []),
  ]
}

async function mayWriteToAnybody(account: Account, { engine }: WebDeps): Promise<boolean> {
  return isVerified(account) || isVerified(account, await engine.linking.identities(account.id))
}

/** The operator reads why; nobody else needs to know the server's own troubles. */
function downText(ctx: PageContext, { channel, paused }: ChannelHealth): string {
  const t = ctx.state.texts
  const text = t('warning.down', { channel: t(`web.channel.${channel}`) })
  return ctx.state.account?.role === 'operator' && paused ? `${text} (${paused.detail})` : text
}

export function send(ctx: PageContext, page: string, status = 200): void {
  ctx.status = status
  ctx.set('Cache-Control', 'no-store')
  ctx.set('Content-Type', 'text/html; charset=utf-8')
  ctx.body = page
}

/** After a POST: see there, so that reloading repeats nothing. `flash` is said once on the next page. */
export function seeOther(ctx: PageContext, path: string, flash?: string): void {
  if (flash) (ctx.session as PageSession).flash = flash
  ctx.redirect(path)
  ctx.status = 303
}

/** What the last action came to. Read once. */
export function takeFlash(ctx: PageContext): string | undefined {
  const flash = ctx.session?.flash
  if (flash && ctx.session) ctx.session.flash = undefined
  return flash
}

/** The sentence and status of a refusal, and where in a form it belongs; anything unforeseen goes on to the error page. */
export function refusalOf(
  ctx: PageContext,
  error: unknown,
): { text: string; error: PassalongError; fault: FormFault } {
  if (!(error instanceof PassalongError)) throw error
  const text = sayError(error, ctx.state.texts)
  return { text, error, fault: { text, field: error.field } }
}

/** A path of one slash, without what browsers read as one or leave out. */
const OWN_PATH = /^\/(?![/\\])[^\\\p{Cc}]*$/u

/** Where to go after signing in: a path of this site, whatever was asked for. */
export function ownPath(next: string): string {
  if (!OWN_PATH.test(next)) return '/'
  const url = URL.parse(next, 'http://own.invalid')
  if (url?.origin !== 'http://own.invalid') return '/'
  // `/.//evil.example` has become `//evil.example`: another site's address.
  const path = `${url.pathname}${url.search}`
  return OWN_PATH.test(path) ? path : '/'
}

/** `return`, where it is a web page that may be linked to; else empty. */
export function returnUrl(value: string): string {
  const url = value.length <= 2048 ? URL.parse(value) : null
  if (!url || !['http:', 'https:'].includes(url.protocol)) return ''
  return url.username || url.password ? '' : url.href
}
