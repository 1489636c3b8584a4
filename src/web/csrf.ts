import Tokens from 'csrf'
import { PassalongError } from '#core/errors.ts'
import type { PageContext, PageRouter, PageSession } from './context.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Every form of a page carries `<input type="hidden" name="_csrf">` with `ctx.state.csrf` in it; scripts send
 * it as the header `csrf-token`. The secret is made when a token is first asked for, so that pages without
 * forms start no session. Stands behind the session and the body parser.
 */
export function useCsrf(router: PageRouter): void {
  const tokens = new Tokens()
  router.use(async (ctx, next) => {
    Object.defineProperty(ctx.state, 'csrf', {
      get: () => createToken(tokens, ctx),
      configurable: true,
    })
    if (!SAFE_METHODS.has(ctx.method)) verify(tokens, ctx)
    await next()
  })
}

function createToken(tokens: Tokens, ctx: PageContext): string {
  const session = ctx.session as PageSession
  session.csrf ??= tokens.secretSync()
  return tokens.create(session.csrf)
}

function verify(tokens: Tokens, ctx: PageContext): void {
  const body = ctx.request.body as Record<string, unknown> | undefined
  const token = body?._csrf ?? ctx.get('csrf-token')
  const secret = ctx.session?.csrf
  if (typeof token !== 'string' || !secret || !tokens.verify(secret, token)) {
    throw new PassalongError('forbidden', ctx.state.texts('http.csrf'), { field: '_csrf' })
  }
}
