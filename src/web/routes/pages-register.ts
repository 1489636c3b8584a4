import type { PageContext } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { haveAccountPage, noRegisterPage, registerPage } from '../pages/register-page.ts'
import { spentLinkPage } from '../pages/sign-in-pages.ts'
import { secure } from '../security.ts'
import { signIn } from '../session.ts'
import { lineField, readFields, textField } from './form-fields.ts'
import { ownPath, refusalOf, seeOther, send, viewOf } from './page-context.ts'
import type { PageRoutes } from './route.ts'

/** `/register`: an account of one's own, by an invitation or where anybody may. */
export const registerPages: PageRoutes = (router, deps) => {
  router.get('/register', secure('secret', deps.settings), (ctx) => show(ctx, deps))
  router.post('/register', secure('secret', deps.settings), (ctx) => register(ctx, deps))
}

async function show(ctx: PageContext, deps: WebDeps): Promise<void> {
  const asked = readFields({ ticket: lineField, next: lineField }, ctx.query)
  const view = await viewOf(ctx, deps)
  if (view.account) return send(ctx, haveAccountPage(view, view.account))
  const { accounts } = deps.engine
  if (view.signUp === 'closed') return send(ctx, noRegisterPage(view, 'closed'), 403)
  if (asked.ticket && !(await accounts.peekTicket(asked.ticket, 'invitation'))) {
    return send(ctx, spentLinkPage(view), 410)
  }
  if (!asked.ticket && view.signUp === 'invite') {
    return send(ctx, noRegisterPage(view, 'invite'), 403)
  }
  const empty = { username: '', displayName: '', email: '' }
  send(ctx, registerPage(view, { ...asked, ...empty, next: ownPath(asked.next) }))
}

const FIELDS = {
  ticket: lineField,
  next: lineField,
  username: lineField,
  displayName: lineField,
  email: lineField,
  password: textField,
}

async function register(ctx: PageContext, deps: WebDeps): Promise<void> {
  const form = readFields(FIELDS, ctx.request.body)
  const next = ownPath(form.next)
  const { locale, texts, ip } = ctx.state
  const signUp = {
    username: form.username,
    displayName: form.displayName || undefined,
    email: form.email || undefined,
    password: form.password,
  }
  try {
    const invitation = form.ticket || null
    const account = await deps.engine.accounts.register(signUp, { invitation, ip, locale })
    await signIn(ctx, account)
    const email = account.email ?? ''
    seeOther(ctx, next, texts(email ? 'web.register.doneMail' : 'web.register.done', { email }))
  } catch (error) {
    const { fault, error: refused } = refusalOf(ctx, error)
    const view = await viewOf(ctx, deps, '/register')
    if (refused.code === 'gone') return send(ctx, spentLinkPage(view), 410)
    send(ctx, registerPage(view, { ...form, next, fault }), refused.status)
  }
}
