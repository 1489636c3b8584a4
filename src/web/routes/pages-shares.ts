import type { Account } from '#core/account.ts'
import { splitRecipients } from '#core/recipients/split.ts'
import type { PageContext, PageRouter } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { confirmPage } from '../pages/confirm-page.ts'
import { lineField, readFields, textField } from './form-fields.ts'
import { refusalOf, seeOther, send, signedIn, viewOf } from './page-context.ts'
import type { PageRoutes } from './route.ts'
import { paramOf, showStatus, withDetails } from './show-status.ts'

/** A share's live status, and what can be done about it as a whole. */
export const statusPages: PageRoutes = (router, deps) => {
  router.get(
    '/shares/:id',
    signedIn((ctx, account) => showStatus(ctx, deps, account, paramOf(ctx))),
  )
  addShareActions(router, deps)
}

function addShareActions(router: PageRouter, deps: WebDeps): void {
  const { sharing } = deps.engine
  router.get(
    '/shares/:id/cancel',
    signedIn((ctx, account) => confirm(ctx, deps, account, 'cancelAll')),
  )
  router.get(
    '/shares/:id/recall',
    signedIn((ctx, account) => confirm(ctx, deps, account, 'recallAll')),
  )
  router.post(
    '/shares/:id/cancel',
    signedIn(async (ctx, account) => {
      const share = await sharing.cancel(account, paramOf(ctx))
      // What is cancelled in part says so on its page as long as it stands.
      const nothingLeft = share.deliveries.every(({ state }) => state === 'cancelled')
      const said = nothingLeft ? ctx.state.texts('web.undo.done') : undefined
      seeOther(ctx, `/shares/${share.id}`, said)
    }),
  )
  router.post(
    '/shares/:id/recall',
    signedIn(async (ctx, account) => {
      const share = await sharing.recall(account, paramOf(ctx))
      seeOther(ctx, `/shares/${share.id}`)
    }),
  )
  router.post(
    '/shares/:id/recipients',
    signedIn((ctx, account) => addPeople(ctx, deps, account)),
  )
}

async function confirm(
  ctx: PageContext,
  deps: WebDeps,
  account: Account,
  what: 'cancelAll' | 'recallAll',
): Promise<void> {
  const t = ctx.state.texts
  const share = await deps.engine.sharing.get(account, paramOf(ctx))
  const page = confirmPage(await viewOf(ctx, deps), {
    title: t(`web.${what}.title`),
    body: t(`web.${what}.body`),
    button: t(`web.${what}.button`),
    action: `/shares/${share.id}/${what === 'cancelAll' ? 'cancel' : 'recall'}`,
    back: `/shares/${share.id}`,
  })
  send(ctx, page)
}

async function addPeople(ctx: PageContext, deps: WebDeps, account: Account): Promise<void> {
  const { to, key } = readFields({ to: textField, key: lineField }, ctx.request.body)
  const id = paramOf(ctx)
  const known = await deps.engine.contacts.list(account.id)
  const contacts = known.filter(({ kind }) => kind === 'person').map(({ name }) => name)
  const recipients = splitRecipients(to, { contacts })
  if (recipients.length === 0) {
    const fault = ctx.state.texts('web.share.noRecipients')
    return showStatus(ctx, deps, account, id, { fault, added: to, status: 422 })
  }
  try {
    const before = await deps.engine.sharing.get(account, id)
    const { share } = await deps.engine.sharing.addRecipients(account, id, recipients, {
      frontEnd: 'web',
      locale: ctx.state.locale,
      undo: true,
      ...(key ? { idempotencyKey: key } : {}),
    })
    const count = share.deliveries.length - before.deliveries.length
    seeOther(ctx, `/shares/${share.id}`, ctx.state.texts('web.status.added', { count }))
  } catch (error) {
    const refused = refusalOf(ctx, error)
    const { code, status } = refused.error
    if (code === 'not_found') throw error
    const fault = withDetails(refused.text, refused.error)
    await showStatus(ctx, deps, account, id, { fault, added: to, status })
  }
}
