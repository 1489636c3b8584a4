import type { PageContext } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { oncePage } from '../pages/once-page.ts'
import { spentLinkPage } from '../pages/sign-in-pages.ts'
import { secure } from '../security.ts'
import { signIn } from '../session.ts'
import { lineField, readFields } from './form-fields.ts'
import { refusalOf, seeOther, send, viewOf } from './page-context.ts'
import type { PageRoutes } from './route.ts'

/** `/sign-in/once`, where a chat sends who wants to sign in. Chats look at links by themselves: a GET uses nothing up. */
export const oncePages: PageRoutes = (router, deps) => {
  const alone = secure('secret', deps.settings)
  router.get('/sign-in/once', alone, (ctx) => show(ctx, deps))
  router.post('/sign-in/once', alone, (ctx) => signInOnce(ctx, deps))
}

async function show(ctx: PageContext, deps: WebDeps): Promise<void> {
  const { ticket } = readFields({ ticket: lineField }, ctx.query)
  const view = await viewOf(ctx, deps)
  const account = await deps.engine.accounts.whoseSignIn(ticket)
  if (!account) return send(ctx, spentLinkPage(view), 410)
  send(ctx, oncePage(view, ticket, account))
}

async function signInOnce(ctx: PageContext, deps: WebDeps): Promise<void> {
  const { ticket } = readFields({ ticket: lineField }, ctx.request.body)
  const { accounts } = deps.engine
  try {
    const account = await accounts.signInOnce(ticket)
    await signIn(ctx, account)
    const { texts } = ctx.state
    if (await accounts.hasPassword(account.id)) return seeOther(ctx, '/', texts('web.once.done'))
    seeOther(ctx, '/account/security', texts('web.once.setPassword'))
  } catch (error) {
    const { error: refused } = refusalOf(ctx, error)
    if (refused.code !== 'gone') throw error
    send(ctx, spentLinkPage(await viewOf(ctx, deps, '/')), 410)
  }
}
