import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { PassalongError } from '#core/errors.ts'
import { isLoopback } from '#core/loopback.ts'
import { hashSecret } from '#engine/keys.ts'
import type { WebContext, WebRouter } from './context.ts'
import type { WebDeps } from './deps.ts'

/** `/healthz`: the process answers. `/readyz`: it can serve. `/metrics`: for whoever may read them. */
export function addProbes(router: WebRouter, deps: WebDeps): void {
  const publicHosts = publicHostsOf(deps.settings)
  router.get('/healthz', (ctx) => json(ctx, { status: 'ok' }))
  router.get('/readyz', async (ctx) => {
    await deps.engine.health.ready()
    json(ctx, { status: 'ready' })
  })
  router.get('/metrics', async (ctx) => {
    const { metricsToken } = deps.settings
    if (!isFromHere(ctx.req, publicHosts) && !hasToken(ctx, metricsToken)) {
      throw new PassalongError('unauthenticated', ctx.state.texts('http.detail.metrics'))
    }
    ctx.set('Cache-Control', 'no-store')
    ctx.body = await deps.metrics.text()
    ctx.set('Content-Type', deps.metrics.contentType)
  })
}

function json(ctx: WebContext, value: unknown): void {
  ctx.set('Cache-Control', 'no-store')
  ctx.body = JSON.stringify(value)
  ctx.set('Content-Type', 'application/json; charset=utf-8')
}

const FORWARDED =
  /^(?:forwarded|via|x-real-ip|x-(?:forwarded|original)-[a-z-]+|[a-z-]*client-ip|cf-connecting-ip)$/

/** Names under which others reach us: by a proxy, when the request comes from a loopback socket. */
function publicHostsOf({ baseUrl, linkBaseUrl }: WebDeps['settings']): ReadonlySet<string> {
  const urls = [baseUrl, linkBaseUrl].filter((url) => !isLoopback(url))
  return new Set(urls.map((url) => new URL(url).hostname))
}

/** From a loopback socket, and no proxy stands between. */
function isFromHere(request: IncomingMessage, publicHosts: ReadonlySet<string>): boolean {
  const asked = URL.parse(`http://${request.headers.host}`)?.hostname ?? ''
  if (publicHosts.has(asked)) return false
  const remote = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  const loopback = remote === '::1' || remote.startsWith('127.')
  return loopback && !Object.keys(request.headers).some((name) => FORWARDED.test(name))
}

function hasToken(ctx: WebContext, expected: string | null): boolean {
  const given = /^bearer +(\S{1,512})$/i.exec(ctx.get('authorization'))?.[1]
  if (!expected || !given) return false
  return timingSafeEqual(Buffer.from(hashSecret(given)), Buffer.from(hashSecret(expected)))
}
