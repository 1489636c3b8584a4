import type { Account } from '#core/account.ts'
import { LOCALES } from '#core/locale.ts'
import { textsFor } from '#locales/texts.ts'
import type { PageContext } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { LANGUAGE_COOKIE } from '../language.ts'
import { accountPage } from '../pages/account-page.ts'
import { knownZone } from '../pages/time.ts'
import { flagField, lineField, readFields } from './form-fields.ts'
import { ownPath, refusalOf, seeOther, send, signedIn, takeFlash, viewOf } from './page-context.ts'
import type { PageRoutes } from './route.ts'

const YEAR_MS = 365 * 24 * 3_600_000

/** `/account`: name, language, time zone, answers, API tokens; and the language switch of every page. */
export const accountPages: PageRoutes = (router, deps) => {
  router.get(
    '/account',
    signedIn((ctx, account) => show(ctx, deps, account)),
  )
  router.post(
    '/account',
    signedIn((ctx, account) => change(ctx, deps, account)),
  )
  router.post(
    '/account/tokens',
    signedIn((ctx, account) => createToken(ctx, deps, account)),
  )
  router.post(
    '/account/tokens/:id/revoke',
    signedIn(async (ctx, account) => {
      await deps.engine.accounts.revokeToken(account.id, ctx.params.id ?? '')
      seeOther(ctx, '/account#tokens', ctx.state.texts('web.tokens.revoked'))
    }),
  )
  router.get('/language', (ctx) => switchLanguage(ctx))
}

type More = Partial<Parameters<typeof accountPage>[1]>

async function show(
  ctx: PageContext,
  deps: WebDeps,
  account: Account,
  more: More = {},
  status = 200,
): Promise<void> {
  const [stored, tokens] = await Promise.all([
    deps.engine.accounts.get(account.id),
    deps.engine.accounts.tokens(account.id),
  ])
  const parts = { account: stored ?? account, tokens, flash: takeFlash(ctx), ...more }
  send(ctx, accountPage(await viewOf(ctx, deps, '/account'), parts), status)
}

async function change(ctx: PageContext, deps: WebDeps, account: Account): Promise<void> {
  const form = readFields(
    { displayName: lineField, locale: lineField, timeZone: lineField, allowReplies: flagField },
    ctx.request.body,
  )
  const { displayName, allowReplies } = form
  const timeZone = knownZone(form.timeZone)
  if (form.timeZone && !timeZone) {
    const fault = ctx.state.texts('web.account.badZone')
    return show(ctx, deps, account, { fault, displayName, timeZone: form.timeZone }, 422)
  }
  const locale = LOCALES.find((known) => known === form.locale) ?? null
  try {
    await deps.engine.accounts.update(account.id, {
      displayName,
      allowReplies,
      locale,
      timeZone: timeZone ?? null,
    })
  } catch (error) {
    const refused = refusalOf(ctx, error)
    const more = { fault: refused.text, displayName, timeZone: form.timeZone }
    return show(ctx, deps, account, more, refused.error.status)
  }
  // The account's language holds from now on, whatever this browser chose before.
  ctx.cookies.set(LANGUAGE_COOKIE, null, { signed: false })
  seeOther(ctx, '/account', textsFor(locale ?? ctx.state.locale)('web.saved'))
}

/** A token is shown in the answer to its making and stands nowhere else: no redirect, no cache. */
async function createToken(ctx: PageContext, deps: WebDeps, account: Account): Promise<void> {
  const { name } = readFields({ name: lineField }, ctx.request.body)
  try {
    const { token } = await deps.engine.accounts.createToken(account.id, name)
    await show(ctx, deps, account, { newToken: token })
  } catch (error) {
    const refused = refusalOf(ctx, error)
    await show(ctx, deps, account, { fault: refused.text }, refused.error.status)
  }
}

/** A choice of the browser's, nobody's data: a link may make it. */
function switchLanguage(ctx: PageContext): void {
  const form = readFields({ locale: lineField, next: lineField }, ctx.query)
  const locale = LOCALES.find((known) => known === form.locale)
  if (locale) {
    ctx.cookies.set(LANGUAGE_COOKIE, locale, {
      maxAge: YEAR_MS,
      httpOnly: true,
      sameSite: 'lax',
      signed: false,
    })
  }
  seeOther(ctx, ownPath(form.next))
}
