import { PassalongError } from '#core/errors.ts'
import type { ChannelSink, Hook, HookRequest } from '#ports/channel.ts'
import { readBody } from './body.ts'
import type { WebContext, WebRouter } from './context.ts'
import type { WebDeps } from './deps.ts'

/** What hooks are served with. */
export interface HookDeps extends Pick<WebDeps, 'hooks'> {
  readonly engine: Pick<WebDeps['engine'], 'sink'>
}

/** Providers send batches of receipts and whole mails. */
const MAX_HOOK_BODY = 1024 * 1024

/**
 * `/hooks/…`: hands what providers call back to the channel that asked for it, bytes as they came, so that
 * signatures can be checked. A hook that throws is answered 5xx: the provider calls again.
 */
export function addHooks(router: WebRouter, deps: HookDeps): void {
  for (const hook of deps.hooks) {
    const path = `/hooks/${hook.path}`
    const register = hook.method === 'GET' ? router.get : router.post
    register.call(router, path, async (ctx: WebContext) => answer(ctx, hook, deps.engine.sink))
  }
}

async function answer(ctx: WebContext, hook: Hook, sink: ChannelSink): Promise<void> {
  ctx.set('Cache-Control', 'no-store')
  const reply = await hook.handle(await hookRequest(ctx), sink)
  ctx.status = reply.status
  if (reply.headers) ctx.set({ ...reply.headers })
  if (reply.body === undefined) return
  const type = ctx.response.get('Content-Type')
  ctx.body = reply.body
  ctx.set('Content-Type', type || 'text/plain; charset=utf-8')
}

async function hookRequest(ctx: WebContext): Promise<HookRequest> {
  if (Number(ctx.get('content-length')) > MAX_HOOK_BODY) {
    throw new PassalongError('too_large', ctx.state.texts('http.problem.too_large'))
  }
  return {
    method: ctx.method,
    path: ctx.path,
    query: flat(ctx.query),
    search: ctx.search,
    headers: flat(ctx.headers),
    body: await readBody(ctx.req, MAX_HOOK_BODY, ctx.state.texts('http.problem.too_large')),
  }
}

/** One value for each name: the first. */
function flat(
  values: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const entries = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : (value?.[0] ?? ''),
  ])
  return Object.fromEntries(entries)
}
