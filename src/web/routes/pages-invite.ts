import type { Account } from '#core/account.ts'
import type { PageContext } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { type InviteParts, invitePage } from '../pages/invite-page.ts'
import { refusalOf, seeOther, send, signedIn, viewOf } from './page-context.ts'
import type { PageRoutes } from './route.ts'

const PATH = '/account/invite'

/** `/account/invite`: a link by which one person makes an account. */
export const invitePages: PageRoutes = (router, deps) => {
  router.get(
    PATH,
    signedIn(async (ctx, account) => {
      if (deps.engine.accounts.signUp === 'closed') return seeOther(ctx, '/account')
      await show(ctx, deps, account)
    }),
  )
  router.post(
    PATH,
    signedIn(
      (ctx, account) => invite(ctx, deps, account),
      () => PATH,
    ),
  )
}

async function show(
  ctx: PageContext,
  deps: WebDeps,
  account: Account,
  more: Partial<InviteParts> = {},
  status = 200,
): Promise<void> {
  send(ctx, invitePage(await viewOf(ctx, deps, PATH), { account, ...more }), status)
}

/** Shown in the answer to its making and nowhere else, as a token is. */
async function invite(ctx: PageContext, deps: WebDeps, account: Account): Promise<void> {
  try {
    const { ticket, forMs } = await deps.engine.accounts.invite(account)
    const url = `${deps.settings.baseUrl}/register?ticket=${ticket}`
    await show(ctx, deps, account, { invitation: { url, forMs } })
  } catch (error) {
    const refused = refusalOf(ctx, error)
    await show(ctx, deps, account, { fault: refused.text }, refused.error.status)
  }
}
