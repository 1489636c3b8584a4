import { PassalongError } from '#core/errors.ts'
import type { WebContext } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import { accountLanguage } from '../language.ts'
import type { Caller } from './operation.ts'

/** Says who asks, or throws. The API's router takes one; nothing else tells its two entrances apart. */
export type Authenticate = (ctx: WebContext) => Promise<Caller>

/** RFC 6750, in the header alone: a token in a URL ends up in logs. */
const BEARER = /^bearer +([\w~+/.=-]{1,512})$/i

/** The public entrance: a bearer token, so many requests a minute for each. */
export function bearer(deps: WebDeps): Authenticate {
  const { engine, rates, settings } = deps
  return async (ctx) => {
    const token = BEARER.exec(ctx.get('authorization'))?.[1]
    const found = token === undefined ? null : await engine.accounts.authenticate(token)
    if (!found) throw new PassalongError('unauthenticated', ctx.state.texts('http.detail.token'))
    const key = `api:${found.token.id}`
    const taken = await rates.take([
      { key, limit: settings.apiRate, perMs: 60_000, burst: settings.apiRate, cost: 1 },
    ])
    if (!taken.ok) {
      const message = ctx.state.texts('http.detail.rate')
      throw new PassalongError('rate_limited', message, { retryAfterMs: taken.waitMs })
    }
    return callerOf(ctx, found.account, 'api')
  }
}

/**
 * The entrance by the private socket: whoever can open it owns the data folder, so `Passalong-Account` is
 * believed. Without it, the operator acts.
 */
export function local(deps: WebDeps): Authenticate {
  return async (ctx) => {
    const name = ctx.get('passalong-account')
    const { accounts } = deps.engine
    const account = name ? await accounts.byUsername(name) : await accounts.operator()
    if (!account) throw new PassalongError('forbidden', ctx.state.texts('http.detail.account'))
    return callerOf(ctx, account, 'cli')
  }
}

/** A program that names no language reads the account's own; the engine speaks the one set in the account. */
function callerOf(
  ctx: WebContext,
  account: Caller['account'],
  frontEnd: Caller['frontEnd'],
): Caller {
  if (!ctx.get('accept-language')) accountLanguage(ctx.state, account, ctx.get('cookie'))
  const { locale, texts } = ctx.state
  return { account: { ...account, locale }, frontEnd, locale, texts }
}
