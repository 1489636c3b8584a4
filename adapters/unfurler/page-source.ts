import type { BlockList, LookupFunction } from 'node:net'
import type { Agent, Response, fetch as undiciFetch } from 'undici'
import { hostFault } from '#core/target/host.ts'
import { createGuardedConnector } from './guarded-connector.ts'

export interface PageSourceOptions {
  readonly userAgent: string
  readonly timeoutMs: number
  readonly maxRedirects: number
  readonly blocked: BlockList
  readonly lookup: LookupFunction
  readonly ca?: string | undefined
}

export interface Page {
  /** Where the redirects ended. */
  readonly url: string
  readonly contentType: string
  readonly body: AsyncIterable<Uint8Array>
}

/** Gets HTML pages from the public internet, and from nowhere else. */
export interface PageSource {
  /** The page, or null for whatever is no page, leads elsewhere, or may not be asked. */
  open(url: string, signal: AbortSignal): Promise<Page | null>
  close(): Promise<void>
}

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const MAX_URL = 2_048
const MAX_HEADER_BYTES = 32_768

export async function createPageSource(options: PageSourceOptions): Promise<PageSource> {
  const undici = await import('undici')
  const agent = new undici.Agent({
    connect: createGuardedConnector(undici.buildConnector, options),
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    maxHeaderSize: MAX_HEADER_BYTES,
    pipelining: 1,
  })
  return {
    open: (url, signal) => follow({ ...options, agent, fetch: undici.fetch }, url, signal),
    close: () => agent.destroy(),
  }
}

interface Asking extends PageSourceOptions {
  readonly agent: Agent
  readonly fetch: typeof undiciFetch
}

async function follow(asking: Asking, start: string, signal: AbortSignal): Promise<Page | null> {
  let url = allowed(start)
  for (let hops = 0; url && hops <= asking.maxRedirects; hops++) {
    const response = await ask(asking, url, signal)
    const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null
    if (location === null) return pageOf(response, url)
    await response.body?.cancel()
    url = allowed(location, url)
  }
  return null
}

/** By the rules for targets: http(s), no password, no inside address; the connector judges what names lead to. */
function allowed(text: string, base?: URL): URL | null {
  const url = URL.parse(text, base?.href)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null
  if (url.username !== '' || url.password !== '' || url.href.length > MAX_URL) return null
  return hostFault(url.hostname) ? null : url
}

function ask(asking: Asking, url: URL, signal: AbortSignal): Promise<Response> {
  return asking.fetch(url, {
    dispatcher: asking.agent,
    redirect: 'manual',
    signal,
    headers: {
      'user-agent': asking.userAgent,
      accept: 'text/html, application/xhtml+xml',
      'accept-language': '*',
    },
  })
}

async function pageOf(response: Response, url: URL): Promise<Page | null> {
  const contentType = response.headers.get('content-type') ?? ''
  const readable = /^\s*(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i.test(contentType)
  if (response.ok && readable && response.body) {
    return { url: url.href, contentType, body: response.body }
  }
  await response.body?.cancel()
  return null
}
