import type { IncomingMessage, ServerResponse } from 'node:http'
import { clientAddress, type TrustProxy } from '#core/visit/client-address.ts'
import type { Visiting } from '#engine/engine.ts'
import type { Metrics } from '#ports/metrics.ts'
import { SESSION_COOKIE } from './session.ts'

const PREFIX = '/r/'
const CODE_LENGTH = 17

/** Of every redirect: never cached, so that every visit is seen; nothing says which link led there. */
export const REDIRECT_HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex',
}

export interface QuickLinksDeps {
  readonly visiting: Pick<Visiting, 'quick'>
  readonly trust: TrustProxy
  readonly metrics: Metrics
}

/**
 * Answers the redirects that need nothing looked up, before any framework: GET of a code that is known here and
 * leads to a page, by somebody without a session. True: answered, or about to be, when the visit is durable.
 * False: for the routes to answer, with nothing done yet.
 */
export function quickLinks(
  deps: QuickLinksDeps,
): (req: IncomingMessage, res: ServerResponse) => boolean {
  const fixed = Object.entries({ ...REDIRECT_HEADERS, 'Content-Length': '0' }).flat()
  return (req, res) => {
    const { url = '', method = '', headers } = req
    if (method !== 'GET' || url.length !== PREFIX.length + CODE_LENGTH) return false
    if (!url.startsWith(PREFIX) || headers.cookie?.includes(SESSION_COOKIE)) return false
    const begun = performance.now()
    const code = url.slice(PREFIX.length)
    const ip = requestAddress(req, deps.trust)
    const answer = deps.visiting.quick({ code, method, ip, headers, viewer: null })
    if (!answer) return false
    answer
      .then((location) => {
        res.writeHead(302, ['Location', location, ...fixed]).end()
        deps.metrics.observe('redirect', (performance.now() - begun) / 1_000)
        deps.metrics.count('requests', LINK_REQUEST)
      })
      // Nothing is known that could fail here; if it did, only this one connection would feel it.
      .catch(() => res.destroy())
    return true
  }
}

const LINK_REQUEST = { area: 'r', status: '3xx' }

/** Who made a request, by the proxies that are trusted. */
export function requestAddress(req: IncomingMessage, trust: TrustProxy): string {
  const { headers, socket } = req
  const given = headers['x-forwarded-for']
  const xForwardedFor = typeof given === 'string' ? given : given?.join(',')
  const { forwarded } = headers
  return clientAddress(socket.remoteAddress ?? '', { xForwardedFor, forwarded }, trust)
}
