import { createHash } from 'node:crypto'
import type { Account } from '#core/account.ts'
import { type DeliveryId, splitDeliveryId } from '#core/ids.ts'
import type { DeliveryView, ShareView } from '#engine/engine.ts'
import type { PageContext, PageRouter } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { confirmPage } from '../pages/confirm-page.ts'
import { messagePage, qrPage } from '../pages/delivery-pages.ts'
import { secure } from '../security.ts'
import { lineField, readFields } from './form-fields.ts'
import { refusalOf, seeOther, send, signedIn, viewOf } from './page-context.ts'
import type { PageRoutes } from './route.ts'
import { notFound, paramOf, showStatus, withDetails } from './show-status.ts'

/** What can be looked at and done about one delivery. */
export const deliveryPages: PageRoutes = (router, deps) => {
  addDeliveryPages(router, deps)
  addDeliveryActions(router, deps)
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
    await showStatus(ctx, deps, account, share, { fault, status: refused.error.status })
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
