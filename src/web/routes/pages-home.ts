import type { PageContext } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { homePage, welcomePage } from '../pages/home-page.ts'
import { sharesPage } from '../pages/shares-page.ts'
import { lineField, readFields } from './form-fields.ts'
import { send, signedIn, takeFlash, viewOf } from './page-context.ts'
import type { PageRoutes } from './route.ts'

const LAST = 5
const PAGE_SIZE = 30

/** `/` and the list of shares. */
export const homePages: PageRoutes = (router, deps) => {
  router.get('/', (ctx) => home(ctx, deps))
  router.get(
    '/shares',
    signedIn(async (ctx, account) => {
      const { cursor } = readFields({ cursor: lineField }, ctx.query)
      const page = { limit: PAGE_SIZE, cursor: cursor || null }
      const shares = await deps.engine.sharing.list(account, page)
      send(ctx, sharesPage(await viewOf(ctx, deps), shares))
    }),
  )
}

async function home(ctx: PageContext, deps: WebDeps): Promise<void> {
  const { account } = ctx.state
  const view = await viewOf(ctx, deps)
  if (!account) return send(ctx, welcomePage(view, await hasAccounts(deps)))
  const last = await deps.engine.sharing.list(account, { limit: LAST, cursor: null })
  send(ctx, homePage(view, last.items, takeFlash(ctx)))
}

async function hasAccounts({ engine }: WebDeps): Promise<boolean> {
  return (await engine.accounts.count()) > 0
}
