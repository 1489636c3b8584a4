import { createHash, randomUUID } from 'node:crypto'
import type { Account } from '#core/account.ts'
import { PassalongError } from '#core/errors.ts'
import { type DeliveryId, splitDeliveryId } from '#core/ids.ts'
import { splitRecipients } from '#core/recipients/split.ts'
import type { DeliveryView, ShareView } from '#engine/engine.ts'
import type { PageContext, PageRouter } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { confirmPage } from '../pages/confirm-page.ts'
import { messagePage, qrPage } from '../pages/delivery-pages.ts'
import { statusPage } from '../pages/status-page.ts'
import { secure } from '../security.ts'
import { flagField, lineField, readFields, textField } from './form-fields.ts'
import type { PageRoutes } from './index.ts'
import {
  refusalOf,
  returnUrl,
  seeOther,
  send,
  signedIn,
  takeFlash,
  viewOf,
} from './page-context.ts'

const NEWEST_VISITS = 30

/** A share's live status, and what can be done about it and about each of its deliveries. */
export const statusPages: PageRoutes = (router, deps) => {
  router.get(
    '/shares/:id',
    signedIn((ctx, account) => show(ctx, deps, account, paramOf(ctx))),
  )
  addShareActions(router, deps)
  addDeliveryPages(router, deps)
  addDeliveryActions(router, deps)
}

interface More {
  readonly fault?: string
  readonly added?: string
  readonly status?: number
}

async function show(
  ctx: PageContext,
  deps: WebDeps,
  account: Account,
  id: string,
  more: More = {},
): Promise<void> {
  const { sharing } = deps.engine
  const [share, visits] = await Promise.all([
    sharing.get(account, id),
    sharing.visits(account, id, { limit: NEWEST_VISITS, cursor: null }),
  ])
  const asked = readFields({ done: flagField, return: lineField, from: lineField }, ctx.query)
  const view = await viewOf(ctx, deps, ctx.method === 'GET' ? ctx.url : `/shares/${share.id}`)
  const page = statusPage(view, {
    share,
    stats: visits.stats,
    newest: visits.visits.items,
    key: randomUUID(),
    done: asked.done,
    return: returnUrl(asked.return),
    from: Math.max(0, Math.trunc(Number(asked.from)) || 0),
    // The page's own script fetches it again: what was said stands there already.
    flash: ctx.get('x-refresh') ? undefined : takeFlash(ctx),
    ...more,
  })
  send(ctx, page, more.status)
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
      seeOther(ctx, `/shares/${share.id}`, ctx.state.texts('web.status.cancelled'))
    }),
  )
  router.post(
    '/shares/:id/recall',
    signedIn(async (ctx, account) => {
      const share = await sharing.recall(account, paramOf(ctx))
      seeOther(ctx, `/shares/${share.id}`, ctx.state.texts('web.status.recalled'))
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
    return show(ctx, deps, account, id, { fault, added: to, status: 422 })
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
    await show(ctx, deps, account, id, { fault, added: to, status })
  }
}

/** A refusal of several recipients names each. */
function withDetails(text: string, error: PassalongError): string {
  const details = error.errors?.map(({ recipient, detail }) => `${recipient}: ${detail}`) ?? []
  return [text, ...details].join(' ')
}

function addDeliveryPages(router: PageRouter, deps: WebDeps): void {
  const { sharing } = deps.engine
  router.get(
    '/deliveries/:id/message',
    signedIn(async (ctx, account) => {
      const { share, delivery } = await find(ctx, deps, account)
      const rendered = await sharing.rendered(account, delivery.id)
      send(ctx, messagePage(await viewOf(ctx, deps), delivery, rendered, share.id))
    }),
  )
  router.get(
    '/deliveries/:id/mail',
    secure('message', deps.settings),
    signedIn(async (ctx, account) => {
      const rendered = await sharing.rendered(account, paramOf(ctx))
      if (rendered.channel !== 'email') throw notFound(ctx)
      send(ctx, rendered.html)
    }),
  )
  router.get(
    '/deliveries/:id/qr',
    signedIn(async (ctx, account) => {
      const { share, delivery } = await find(ctx, deps, account)
      send(ctx, qrPage(await viewOf(ctx, deps), delivery, share.id))
    }),
  )
  router.get(
    '/deliveries/:id/recall',
    signedIn(async (ctx, account) => {
      const t = ctx.state.texts
      const { share, delivery } = await find(ctx, deps, account)
      const name = delivery.name ?? delivery.recipient ?? t('web.delivery.blanked')
      const page = confirmPage(await viewOf(ctx, deps), {
        title: t('web.recallOne.title'),
        body: t('web.recallOne.body', { name }),
        button: t('web.recallOne.button'),
        action: `/deliveries/${delivery.id}/recall`,
        back: statusPath(share.id, delivery.id),
      })
      send(ctx, page)
    }),
  )
}

function addDeliveryActions(router: PageRouter, deps: WebDeps): void {
  const { sharing } = deps.engine
  const acts = [
    { path: 'retry', said: 'web.delivery.retried', act: sharing.retry },
    { path: 'cancel', said: 'web.delivery.cancelled', act: sharing.cancelDelivery },
    { path: 'recall', said: 'web.delivery.recalled', act: sharing.recallDelivery },
  ] as const
  for (const { path, said, act } of acts) {
    router.post(
      `/deliveries/:id/${path}`,
      signedIn((ctx, account) =>
        orExplain(ctx, deps, account, async () => {
          await act.call(sharing, account, paramOf(ctx))
          return said
        }),
      ),
    )
  }
  router.post(
    '/deliveries/:id/fix',
    signedIn((ctx, account) =>
      orExplain(ctx, deps, account, async (share, delivery) => {
        const { to } = readFields({ to: lineField }, ctx.request.body)
        await sharing.addRecipients(account, share, [to], {
          frontEnd: 'web',
          locale: ctx.state.locale,
          replaces: delivery,
          // The same mend twice is one.
          idempotencyKey: `fix-${delivery}-${hashOf(to)}`,
        })
        return 'web.delivery.fixed'
      }),
    ),
  )
}

type Said =
  | 'web.delivery.retried'
  | 'web.delivery.cancelled'
  | 'web.delivery.recalled'
  | 'web.delivery.fixed'

/** Does it and goes back to the share; a refusal is explained on the share's page. */
async function orExplain(
  ctx: PageContext,
  deps: WebDeps,
  account: Account,
  act: (share: string, delivery: DeliveryId) => Promise<Said>,
): Promise<void> {
  const id = paramOf(ctx) as DeliveryId
  const share = splitDeliveryId(id)?.share
  if (!share) throw notFound(ctx)
  try {
    const said = await act(share, id)
    seeOther(ctx, statusPath(share, id), ctx.state.texts(said))
  } catch (error) {
    const refused = refusalOf(ctx, error)
    if (refused.error.code === 'not_found') throw error
    const fault = withDetails(refused.text, refused.error)
    await show(ctx, deps, account, share, { fault, status: refused.error.status })
  }
}

async function find(
  ctx: PageContext,
  deps: WebDeps,
  account: Account,
): Promise<{ share: ShareView; delivery: DeliveryView }> {
  const id = paramOf(ctx)
  const split = splitDeliveryId(id)
  if (!split) throw notFound(ctx)
  const share = await deps.engine.sharing.get(account, split.share)
  const delivery = share.deliveries.find((one) => one.id === id)
  if (!delivery) throw notFound(ctx)
  return { share, delivery }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}

function statusPath(share: string, delivery: string): string {
  return `/shares/${share}#d-${delivery}`
}

function paramOf(ctx: PageContext): string {
  return ctx.params.id ?? ''
}

function notFound(ctx: PageContext): PassalongError {
  return new PassalongError('not_found', ctx.state.texts('http.detail.not_found'))
}
