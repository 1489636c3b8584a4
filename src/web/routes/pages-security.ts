import type { Account } from '#core/account.ts'
import type { PageContext } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import type { FormFault } from '../pages/fields.ts'
import { securityPage } from '../pages/security-page.ts'
import { sessionId, signOutElsewhere } from '../session.ts'
import { readFields, textField } from './form-fields.ts'
import { refusalOf, seeOther, send, signedIn, takeFlash, viewOf } from './page-context.ts'
import type { PageRoutes } from './route.ts'

const PATH = '/account/security'
const here = (): string => PATH

/** `/account/security`: the password, and where one is signed in. */
export const securityPages: PageRoutes = (router, deps) => {
  router.get(
    PATH,
    signedIn((ctx, account) => show(ctx, deps, account)),
  )
  router.post(
    `${PATH}/password`,
    signedIn((ctx, account) => changePassword(ctx, deps, account), here),
  )
  router.post(
    `${PATH}/sessions/end-others`,
    signedIn(async (ctx, account) => {
      await signOutElsewhere(ctx, deps, account)
      seeOther(ctx, PATH, ctx.state.texts('web.sessions.othersEnded'))
    }, here),
  )
  router.post(
    `${PATH}/sessions/:id/end`,
    signedIn(async (ctx, account) => {
      await deps.engine.accounts.endSession(account.id, ctx.params.id ?? '')
      seeOther(ctx, PATH, ctx.state.texts('web.sessions.ended'))
    }, here),
  )
}

async function show(
  ctx: PageContext,
  deps: WebDeps,
  account: Account,
  fault?: FormFault,
  status = 200,
): Promise<void> {
  const { accounts } = deps.engine
  const [sessions, hasPassword] = await Promise.all([
    accounts.sessions(account.id),
    accounts.hasPassword(account.id),
  ])
  const page = securityPage(await viewOf(ctx, deps, PATH), {
    account,
    hasPassword,
    sessions,
    here: sessionId(ctx),
    flash: takeFlash(ctx),
    fault,
  })
  send(ctx, page, status)
}

async function changePassword(ctx: PageContext, deps: WebDeps, account: Account): Promise<void> {
  const passwords = readFields({ old: textField, fresh: textField }, ctx.request.body)
  try {
    await deps.engine.accounts.changePassword(account, passwords, sessionId(ctx))
    seeOther(ctx, PATH, ctx.state.texts('web.password.changed'))
  } catch (error) {
    const refused = refusalOf(ctx, error)
    await show(ctx, deps, account, refused.fault, refused.error.status)
  }
}
