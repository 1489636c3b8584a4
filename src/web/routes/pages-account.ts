import type { Account } from '#core/account.ts'
import { LOCALES } from '#core/locale.ts'
import { knownZone } from '#core/zoned-time.ts'
import { textsFor } from '#locales/texts.ts'
import type { PageContext } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { LANGUAGE_COOKIE } from '../language.ts'
import { type ProfileParts, profilePage } from '../pages/profile-page.ts'
import { sessionId } from '../session.ts'
import { flagField, lineField, readFields, textField } from './form-fields.ts'
import { ownPath, refusalOf, seeOther, send, signedIn, takeFlash, viewOf } from './page-context.ts'
import type { PageRoutes } from './route.ts'

const YEAR_MS = 365 * 24 * 3_600_000

/** `/account`: name, language, time zone, answers, mailbox; and the language switch of every page. */
export const accountPages: PageRoutes = (router, deps) => {
  router.get(
    '/account',
    signedIn((ctx, account) => show(ctx, deps, account)),
  )
  router.post(
    '/account',
    signedIn((ctx, account) => change(ctx, deps, account), backToAccount),
  )
  router.post(
    '/account/email',
    signedIn((ctx, account) => changeEmail(ctx, deps, account), backToAccount),
  )
  router.post(
    '/account/email/verify',
    signedIn((ctx, account) => sendVerification(ctx, deps, account), backToAccount),
  )
  router.get('/language', (ctx) => switchLanguage(ctx))
}

const backToAccount = (): string => '/account'

async function show(
  ctx: PageContext,
  deps: WebDeps,
  account: Account,
  more: Partial<ProfileParts> = {},
  status = 200,
): Promise<void> {
  const { accounts } = deps.engine
  const [stored, hasPassword] = await Promise.all([
    accounts.get(account.id),
    accounts.hasPassword(account.id),
  ])
  const parts = { account: stored ?? account, hasPassword, flash: takeFlash(ctx), ...more }
  send(ctx, profilePage(await viewOf(ctx, deps, '/account'), parts), status)
}

async function change(ctx: PageContext, deps: WebDeps, account: Account): Promise<void> {
  const form = readFields(
    { displayName: lineField, locale: lineField, timeZone: lineField, allowReplies: flagField },
    ctx.request.body,
  )
  const { displayName, allowReplies } = form
  const locale = LOCALES.find((known) => known === form.locale) ?? null
  try {
    await deps.engine.accounts.update(account.id, {
      displayName,
      allowReplies,
      locale,
      timeZone: knownZone(form.timeZone) ?? (form.timeZone || null),
    })
  } catch (error) {
    const refused = refusalOf(ctx, error)
    const more = { fault: refused.fault, filledIn: form }
    return show(ctx, deps, account, more, refused.error.status)
  }
  // The account's language holds from now on, whatever this browser chose before.
  ctx.cookies.set(LANGUAGE_COOKIE, null, { signed: false })
  seeOther(ctx, '/account', textsFor(locale ?? ctx.state.locale)('web.saved'))
}

async function changeEmail(ctx: PageContext, deps: WebDeps, account: Account): Promise<void> {
  const form = readFields({ email: lineField, password: textField }, ctx.request.body)
  const { locale, texts } = ctx.state
  try {
    await deps.engine.accounts.changeEmail(account, form.email || null, {
      password: form.password,
      session: sessionId(ctx),
      locale,
    })
    const said = form.email ? texts('web.email.sent', { email: form.email }) : texts('web.saved')
    seeOther(ctx, '/account', said)
  } catch (error) {
    const refused = refusalOf(ctx, error)
    const email = { value: form.email, fault: refused.fault }
    await show(ctx, deps, account, { email }, refused.error.status)
  }
}

async function sendVerification(ctx: PageContext, deps: WebDeps, account: Account): Promise<void> {
  const { locale, texts } = ctx.state
  try {
    await deps.engine.accounts.requestVerification(account, { locale })
    seeOther(ctx, '/account', texts('web.email.sent', { email: account.email ?? '' }))
  } catch (error) {
    const refused = refusalOf(ctx, error)
    await show(ctx, deps, account, { fault: refused.fault }, refused.error.status)
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
