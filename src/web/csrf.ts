import Tokens from 'csrf'
import { PassalongError } from '#core/errors.ts'
import type { Keys } from '#engine/keys.ts'
import type { PageContext, PageRouter, PageSession } from './context.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Every form of a page carries `<input type="hidden" name="_csrf">` with `ctx.state.csrf` in it; scripts send
 * it as the header `csrf-token`. The secret hangs on the session's key, and is set when a token is first asked
 * for, so that pages without forms start no session. Stands behind the session and the body parser.
 *
 * A form without a valid token does nothing. Where `again` names a page that shows it once more (its session
 * has ended, say), that page is shown; else the form is refused.
 */
export function useCsrf(
  router: PageRouter,
  keys: Pick<Keys, 'formSecret'>,
  again: (ctx: PageContext) => string | undefined = () => undefined,
): void {
  const tokens = new Tokens()
  router.use(async (ctx, next) => {
    Object.defineProperty(ctx.state, 'csrf', {
      get: () => createToken(tokens, keys, ctx),
      configurable: true,
    })
    if (SAFE_METHODS.has(ctx.method) || isValid(tokens, ctx)) return next()
    const page = again(ctx)
    if (!page) {
      throw new PassalongError('forbidden', ctx.state.texts('http.csrf'), { field: '_csrf' })
    }
    ctx.redirect(page)
    ctx.status = 303
  })
}

function createToken(tokens: Tokens, keys: Pick<Keys, 'formSecret'>, ctx: PageContext): string {
  const session = ctx.session as PageSession
  session.csrf ??= keys.formSecret(session.externalKey)
  return tokens.create(session.csrf)
}

function isValid(tokens: Tokens, ctx: PageContext): boolean {
  const body = ctx.request.body as Record<string, unknown> | undefined
  const token = body?._csrf ?? ctx.get('csrf-token')
  const secret = ctx.session?.csrf
  return typeof token === 'string' && !!secret && tokens.verify(secret, token)
}
