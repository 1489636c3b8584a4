import type { PageContext } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import {
  forgotPage,
  forgotSentPage,
  unverifiedPage,
  verifiedPage,
  verifyPage,
} from '../pages/mailbox-pages.ts'
import { secure } from '../security.ts'
import { flagField, lineField, readFields } from './form-fields.ts'
import { refusalOf, seeOther, send, viewOf } from './page-context.ts'
import type { PageRoutes } from './route.ts'

/** What goes by mail: a link for a new password, and the proof that a mailbox is one's own. */
export const mailboxPages: PageRoutes = (router, deps) => {
  router.get('/forgot', async (ctx) => {
    const { sent } = readFields({ sent: flagField }, ctx.query)
    const view = await viewOf(ctx, deps)
    send(ctx, sent ? forgotSentPage(view) : forgotPage(view, { who: '' }))
  })
  router.post('/forgot', (ctx) => forgot(ctx, deps))
  router.get('/verify', secure('secret', deps.settings), (ctx) => showVerify(ctx, deps))
  router.post('/verify', secure('secret', deps.settings), (ctx) => verify(ctx, deps))
}

async function forgot(ctx: PageContext, deps: WebDeps): Promise<void> {
  const { who } = readFields({ who: lineField }, ctx.request.body)
  const { ip, locale } = ctx.state
  try {
    await deps.engine.accounts.requestReset(who, { ip, locale })
    seeOther(ctx, '/forgot?sent=yes')
  } catch (error) {
    const refused = refusalOf(ctx, error)
    const view = await viewOf(ctx, deps, '/forgot')
    send(ctx, forgotPage(view, { who, fault: refused.text }), refused.error.status)
  }
}

async function showVerify(ctx: PageContext, deps: WebDeps): Promise<void> {
  const { ticket } = readFields({ ticket: lineField }, ctx.query)
  const view = await viewOf(ctx, deps)
  const whose = await deps.engine.accounts.whoseMailbox(ticket)
  if (!whose) return send(ctx, unverifiedPage(view), 410)
  send(ctx, verifyPage(view, { ticket, ...whose }))
}

async function verify(ctx: PageContext, deps: WebDeps): Promise<void> {
  const { ticket } = readFields({ ticket: lineField }, ctx.request.body)
  try {
    const account = await deps.engine.accounts.verifyEmail(ticket)
    if (ctx.state.account?.id === account.id) ctx.state.account = account
    send(ctx, verifiedPage(await viewOf(ctx, deps, '/'), account))
  } catch (error) {
    const { text, error: refused } = refusalOf(ctx, error)
    const view = await viewOf(ctx, deps, '/')
    const whose = await deps.engine.accounts.whoseMailbox(ticket)
    if (!whose) return send(ctx, unverifiedPage(view), 410)
    send(ctx, verifyPage(view, { ticket, ...whose, fault: text }), refused.status)
  }
}
