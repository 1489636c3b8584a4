import type { Account } from '#core/account.ts'
import type { PageContext } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { type TokensParts, tokensPage } from '../pages/tokens-page.ts'
import { lineField, readFields } from './form-fields.ts'
import { refusalOf, seeOther, send, signedIn, takeFlash, viewOf } from './page-context.ts'
import type { PageRoutes } from './route.ts'

const PATH = '/account/tokens'
const here = (): string => PATH

/** `/account/tokens`: API tokens. */
export const tokenPages: PageRoutes = (router, deps) => {
  router.get(
    PATH,
    signedIn((ctx, account) => show(ctx, deps, account)),
  )
  router.post(
    PATH,
    signedIn((ctx, account) => create(ctx, deps, account), here),
  )
  router.post(
    `${PATH}/:id/revoke`,
    signedIn(async (ctx, account) => {
      await deps.engine.accounts.revokeToken(account.id, ctx.params.id ?? '')
      seeOther(ctx, PATH, ctx.state.texts('web.tokens.revoked'))
    }, here),
  )
}

async function show(
  ctx: PageContext,
  deps: WebDeps,
  account: Account,
  more: Partial<TokensParts> = {},
  status = 200,
): Promise<void> {
  const tokens = await deps.engine.accounts.tokens(account.id)
  const parts = { account, tokens, flash: takeFlash(ctx), ...more }
  send(ctx, tokensPage(await viewOf(ctx, deps, PATH), parts), status)
}

/** A token is shown in the answer to its making and stands nowhere else: no redirect, no cache. */
async function create(ctx: PageContext, deps: WebDeps, account: Account): Promise<void> {
  const { name } = readFields({ name: lineField }, ctx.request.body)
  try {
    const { token } = await deps.engine.accounts.createToken(account.id, name)
    await show(ctx, deps, account, { newToken: token })
  } catch (error) {
    const refused = refusalOf(ctx, error)
    await show(ctx, deps, account, { fault: refused.fault, name }, refused.error.status)
  }
}
