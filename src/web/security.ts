import type { DefaultContext, Middleware } from 'koa'
import type { WebState } from './context.ts'

/**
 * What a browser may do with an answer:
 * - `page`: our own pages; preview pictures come from anywhere, scripts and styles from here alone
 * - `secret`: our own pages whose address is worth something to others (one-time links): nothing foreign is loaded,
 *   nothing says where the reader came from
 * - `link`: `/r` and `/u` pages; players show foreign media, nothing says where the reader came from
 * - `script`: what other sites load (share.js, icons)
 * - `message`: a kept mail in a frame of our own: its inline styles, no scripts, no forms
 * - `data`: the API and what machines read
 */
export type Surface = 'page' | 'secret' | 'link' | 'script' | 'message' | 'data'

const SELF = "'self'"
const NONE = "'none'"

const OWN_PAGE = {
  'default-src': NONE,
  'script-src': SELF,
  'style-src': SELF,
  'connect-src': SELF,
  'manifest-src': SELF,
  'form-action': SELF,
  'frame-ancestors': NONE,
  'base-uri': NONE,
}

const POLICIES: Readonly<Record<Surface, Readonly<Record<string, string>>>> = {
  page: { ...OWN_PAGE, 'img-src': `${SELF} data: https: http:`, 'frame-src': SELF },
  secret: { ...OWN_PAGE, 'img-src': `${SELF} data:` },
  link: {
    'default-src': NONE,
    'script-src': SELF,
    'style-src': SELF,
    'img-src': `${SELF} data: https: http:`,
    'media-src': 'https: http:',
    'form-action': SELF,
    'frame-ancestors': NONE,
    'base-uri': NONE,
  },
  script: { 'default-src': NONE, 'frame-ancestors': NONE },
  message: {
    sandbox: 'allow-popups allow-popups-to-escape-sandbox',
    'default-src': NONE,
    'style-src': "'unsafe-inline'",
    'img-src': 'data: https: http:',
    'frame-ancestors': SELF,
    'base-uri': NONE,
  },
  data: { 'default-src': NONE, 'frame-ancestors': NONE },
}

const HSTS = 'max-age=31536000'

/**
 * Sets the headers of a surface. A route of another surface than its router's calls it again: the last one
 * holds. HSTS goes out only where `BASE_URL` is https.
 */
export function secure<State = WebState, Context = DefaultContext>(
  surface: Surface,
  settings: { readonly baseUrl: string },
): Middleware<State, Context> {
  const headers = securityHeaders(surface, settings)
  return async (ctx, next) => {
    ctx.set(headers)
    await next()
  }
}

/** The headers of a surface, `Cache-Control` among them: a route that may be cached says so itself. */
export function securityHeaders(
  surface: Surface,
  settings: { readonly baseUrl: string },
): Record<string, string> {
  const https = settings.baseUrl.startsWith('https:')
  const policy = Object.entries(POLICIES[surface])
  return {
    'Content-Security-Policy': policy.map(([name, value]) => `${name} ${value}`).join('; '),
    'Cache-Control': surface === 'page' ? 'private, no-cache' : 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': surface === 'message' ? 'SAMEORIGIN' : 'DENY',
    'Referrer-Policy': surface === 'page' ? 'same-origin' : 'no-referrer',
    'Cross-Origin-Resource-Policy': surface === 'script' ? 'cross-origin' : 'same-origin',
    ...(https ? { 'Strict-Transport-Security': HSTS } : {}),
  }
}
