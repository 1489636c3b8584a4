import type { Account } from '#core/account.ts'
import { PassalongError } from '#core/errors.ts'
import type { KeptMessage } from '#ports/store/connections.ts'
import type { PageContext } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { keptMessagePage, outboxPage } from '../pages/outbox-page.ts'
import { secure } from '../security.ts'
import { lineField, readFields } from './form-fields.ts'
import { mayReadOutbox, send, signedIn, viewOf } from './page-context.ts'
import type { PageRoutes } from './route.ts'

const PAGE_SIZE = 20

/** `/outbox`, for the operator, where it stands in: to everybody else there is no such page. */
export const outboxPages: PageRoutes = (router, deps) => {
  router.get(
    '/outbox',
    signedIn(async (ctx, account) => {
      guard(ctx, account, deps)
      const { cursor } = readFields({ cursor: lineField }, ctx.query)
      const request = { limit: PAGE_SIZE, cursor: cursor || null }
      send(ctx, outboxPage(await viewOf(ctx, deps), await deps.engine.outbox.page(request)))
    }),
  )
  router.get(
    '/outbox/:id',
    signedIn(async (ctx, account) => {
      const message = await kept(ctx, account, deps)
      send(ctx, keptMessagePage(await viewOf(ctx, deps), message))
    }),
  )
  router.get(
    '/outbox/:id/mail',
    secure('message', deps.settings),
    signedIn(async (ctx, account) => {
      const { rendered } = await kept(ctx, account, deps)
      if (rendered.channel !== 'email') throw notFound(ctx)
      send(ctx, rendered.html)
    }),
  )
}

async function kept(ctx: PageContext, account: Account, deps: WebDeps): Promise<KeptMessage> {
  guard(ctx, account, deps)
  const message = await deps.engine.outbox.get(ctx.params.id ?? '')
  if (!message) throw notFound(ctx)
  return message
}

function guard(ctx: PageContext, account: Account, deps: WebDeps): void {
  if (!mayReadOutbox(account, deps)) throw notFound(ctx)
}

function notFound(ctx: PageContext): PassalongError {
  return new PassalongError('not_found', ctx.state.texts('http.detail.not_found'))
}
