import { Readable } from 'node:stream'
import { z } from 'zod'
import type { Account } from '#core/account.ts'
import { PassalongError } from '#core/errors.ts'
import type { WebContext, WebRouter } from './context.ts'
import type { WebDeps } from './deps.ts'
import { json, readBodyAs } from './local-json.ts'

/**
 * `/local/…`, on the private socket in DATA_DIR alone: what only who owns the data may do. No token: the socket's
 * mode is the guard.
 */
export function addLocal(router: WebRouter, deps: WebDeps): void {
  const { engine, administration, settings } = deps
  const { accounts } = engine

  router.post('/local/accounts', async (ctx) => {
    const made = await accounts.create(await readBodyAs(ctx, newAccountSchema))
    json(ctx, 201, accountJson(made))
  })
  router.post('/local/accounts/:name/reset', async (ctx) => {
    const account = await named(ctx, deps)
    const ticket = await accounts.resetTicket(account.username)
    json(ctx, 200, { link: `${settings.baseUrl}/reset?ticket=${ticket}` })
  })
  router.post('/local/accounts/:name/tokens', async (ctx) => {
    const account = await named(ctx, deps)
    const { name } = await readBodyAs(ctx, newTokenSchema)
    const { token } = await accounts.createToken(account.id, name)
    json(ctx, 201, { token })
  })
  router.get('/local/accounts/:name/export', async (ctx) => {
    const account = await named(ctx, deps)
    ctx.body = Readable.from(administration.export(account))
    ctx.set('Content-Type', 'application/json; charset=utf-8')
  })
  router.post('/local/purge', async (ctx) => {
    json(ctx, 200, { blanked: await administration.purge() })
  })
}

const newAccountSchema = z.object({
  username: z.string(),
  displayName: z.string().optional(),
  password: z.string().optional(),
  email: z.string().optional(),
})

const newTokenSchema = z.object({ name: z.string().default('command line') })

function accountJson(account: Account) {
  const { id, username, displayName, role, email } = account
  return { id, username, displayName, role, email }
}

async function named(ctx: WebContext, { engine }: WebDeps): Promise<Account> {
  const account = await engine.accounts.byUsername(ctx.params.name ?? '')
  if (account) return account
  throw new PassalongError('not_found', ctx.state.texts('account.fault.noAccount'), {
    reason: 'account.fault.noAccount',
  })
}
