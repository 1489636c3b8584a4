import type { PageContext } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { firstPage, resetPage, signInPage, spentLinkPage } from '../pages/sign-in-pages.ts'
import { secure } from '../security.ts'
import { signIn, signOut } from '../session.ts'
import { lineField, readFields, textField } from './form-fields.ts'
import { ownPath, refusalOf, seeOther, send, viewOf } from './page-context.ts'
import type { PageRoutes } from './route.ts'

/** Signing in and out, the first account and a new password, each by its one-time link. */
export const signInPages: PageRoutes = (router, deps) => {
  router.get('/sign-in', (ctx) => showSignIn(ctx, deps))
  router.post('/sign-in', (ctx) => doSignIn(ctx, deps))
  router.post('/sign-out', (ctx) => {
    const { next } = readFields({ next: lineField }, ctx.request.body)
    signOut(ctx)
    seeOther(ctx, ownPath(next))
  })
  const alone = secure('secret', deps.settings)
  router.get('/first', alone, (ctx) => showFirst(ctx, deps))
  router.post('/first', alone, (ctx) => doFirst(ctx, deps))
  router.get('/reset', alone, (ctx) => showReset(ctx, deps))
  router.post('/reset', alone, (ctx) => doReset(ctx, deps))
}

async function showSignIn(ctx: PageContext, deps: WebDeps): Promise<void> {
  const next = ownPath(readFields({ next: lineField }, ctx.query).next)
  if (ctx.state.account) return seeOther(ctx, next)
  send(ctx, signInPage(await viewOf(ctx, deps), { username: '', next }))
}

async function doSignIn(ctx: PageContext, deps: WebDeps): Promise<void> {
  const form = readFields(
    { username: lineField, password: textField, next: lineField },
    ctx.request.body,
  )
  const next = ownPath(form.next)
  const refuse = async (fault: string, status: number): Promise<void> => {
    const view = await viewOf(ctx, deps, '/sign-in')
    send(ctx, signInPage(view, { ...form, next, fault }), status)
  }
  try {
    const account = await deps.engine.accounts.signIn(form.username, form.password, ctx.state.ip)
    if (!account) return refuse(ctx.state.texts('web.signIn.wrong'), 422)
    await signIn(ctx, account)
    seeOther(ctx, next)
  } catch (error) {
    const refused = refusalOf(ctx, error)
    return refuse(refused.text, refused.error.status)
  }
}

async function showFirst(ctx: PageContext, deps: WebDeps): Promise<void> {
  const { ticket } = readFields({ ticket: lineField }, ctx.query)
  const view = await viewOf(ctx, deps)
  if (!(await deps.engine.accounts.peekTicket(ticket, 'first-account'))) {
    return send(ctx, spentLinkPage(view), 410)
  }
  send(ctx, firstPage(view, { ticket, username: '', displayName: '', email: '' }))
}

async function doFirst(ctx: PageContext, deps: WebDeps): Promise<void> {
  const form = readFields(
    {
      ticket: lineField,
      username: lineField,
      displayName: lineField,
      email: lineField,
      password: textField,
    },
    ctx.request.body,
  )
  const { ticket, username, password } = form
  const displayName = form.displayName || undefined
  const email = form.email || undefined
  try {
    const signUp = { username, displayName, email, password }
    await signIn(ctx, await deps.engine.accounts.createFirst(ticket, signUp))
    seeOther(ctx, '/')
  } catch (error) {
    const refused = refusalOf(ctx, error)
    const view = await viewOf(ctx, deps, '/')
    if (refused.error.code === 'gone') return send(ctx, spentLinkPage(view), 410)
    send(ctx, firstPage(view, { ...form, fault: refused.fault }), refused.error.status)
  }
}

async function showReset(ctx: PageContext, deps: WebDeps): Promise<void> {
  const { ticket } = readFields({ ticket: lineField }, ctx.query)
  const view = await viewOf(ctx, deps)
  if (!(await deps.engine.accounts.peekTicket(ticket, 'reset'))) {
    return send(ctx, spentLinkPage(view), 410)
  }
  send(ctx, resetPage(view, { ticket }))
}

async function doReset(ctx: PageContext, deps: WebDeps): Promise<void> {
  const form = readFields({ ticket: lineField, password: textField }, ctx.request.body)
  try {
    await signIn(ctx, await deps.engine.accounts.resetPassword(form.ticket, form.password))
    seeOther(ctx, '/', ctx.state.texts('web.reset.done'))
  } catch (error) {
    const refused = refusalOf(ctx, error)
    const view = await viewOf(ctx, deps, '/')
    if (refused.error.code === 'gone') return send(ctx, spentLinkPage(view), 410)
    send(ctx, resetPage(view, { ticket: form.ticket, fault: refused.fault }), refused.error.status)
  }
}
