import type { BlockList, LookupFunction } from 'node:net'
import { LRUCache } from 'lru-cache'
import PQueue from 'p-queue'
import type { LinkPreview } from '#core/preview.ts'
import { createSpecialAddresses } from '#core/special-addresses.ts'
import type { Unfurler } from '#ports/unfurler.ts'
import { createPageSource, type PageSource } from './page-source.ts'
import { createPublicLookup } from './public-lookup.ts'
import { readPage } from './read-page.ts'

export interface UnfurlerConfig {
  /** Says truthfully who asks and where to complain. */
  readonly userAgent: string
  /** From the call to the answer, waiting and redirects included. Default 3,000. */
  readonly timeoutMs?: number
  /** Of the page after decompression. Default 512 KiB. */
  readonly maxBytes?: number
  /** Default 3. */
  readonly maxRedirects?: number
  /** Pages asked at once. Default 16. */
  readonly concurrency?: number
  /** How long a preview is kept; the lack of one is kept a twelfth of it. Default an hour. */
  readonly cacheMs?: number
}

export interface UnfurlerDeps {
  /** Names to addresses; every address is judged afterwards. Default: the DNS. */
  readonly lookup?: LookupFunction
  /** Certificates to trust in place of the usual ones. Only closed tests need it. */
  readonly ca?: string
  /** Addresses never connected to. Default: every special-use range; only closed tests may narrow it. */
  readonly blocked?: BlockList
}

const CACHED_PAGES = 1_000
/** The page is read for this part of the time, so that what had come by then can still be answered. */
const READING_SHARE = 0.95
/** Calls that may wait for a slot; more are answered with null at once. */
const MAX_WAITING = 200

/** Link previews from the public internet. Its libraries are loaded by the first call. */
export function createUnfurler(config: UnfurlerConfig, deps: UnfurlerDeps = {}): Unfurler {
  const timeoutMs = config.timeoutMs ?? 3_000
  const cacheMs = config.cacheMs ?? 3_600_000
  const cache = new LRUCache<string, { readonly preview: LinkPreview | null }>({
    max: CACHED_PAGES,
  })
  const running = new Map<string, Promise<LinkPreview | null>>()
  const queue = new PQueue({ concurrency: config.concurrency ?? 16 })
  const closing = new AbortController()
  let source: Promise<PageSource> | undefined

  const openSource = () => {
    source ??= createPageSource({
      userAgent: config.userAgent,
      timeoutMs,
      maxRedirects: config.maxRedirects ?? 3,
      blocked: deps.blocked ?? createSpecialAddresses(),
      lookup: deps.lookup ?? createPublicLookup(),
      ca: deps.ca,
    })
    return source
  }

  async function fetchPreview(url: string): Promise<LinkPreview | null> {
    const deadline = AbortSignal.any([
      closing.signal,
      AbortSignal.timeout(timeoutMs * READING_SHARE),
    ])
    const [pages, { Parser }] = await Promise.all([openSource(), import('htmlparser2')])
    const page = await pages.open(url, deadline)
    return page && readPage(page, config.maxBytes ?? 524_288, Parser)
  }

  /** One fetch for all who ask for a page at the same time; it goes on when one of them leaves. */
  function shared(url: string): Promise<LinkPreview | null> {
    const known = running.get(url)
    if (known) return known
    const started = queue
      .add(() => fetchPreview(url))
      .catch(() => null)
      .then((preview) => {
        const found = preview ?? null
        if (!closing.signal.aborted) {
          cache.set(url, { preview: found }, { ttl: found ? cacheMs : cacheMs / 12 })
        }
        return found
      })
      .finally(() => running.delete(url))
    running.set(url, started)
    return started
  }

  return {
    async unfurl(address, signal) {
      const url = URL.parse(address)
      if (!url || closing.signal.aborted || signal?.aborted) return null
      url.hash = ''
      const cached = cache.get(url.href)
      if (cached) return cached.preview
      if (queue.size >= MAX_WAITING && !running.has(url.href)) return null
      return beforeDeadline(shared(url.href), timeoutMs, signal)
    },
    async close() {
      closing.abort()
      queue.clear()
      await (await source)?.close()
      await Promise.race([queue.onIdle(), pause(timeoutMs)])
    },
  }
}

function pause(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, ms, null).unref())
}

/** The answer, or null when the time is up or nobody waits for it any more. */
async function beforeDeadline<T>(
  answer: Promise<T>,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<T | null> {
  const { promise: ended, resolve } = Promise.withResolvers<null>()
  const end = () => resolve(null)
  const timer = setTimeout(end, ms)
  signal?.addEventListener('abort', end, { once: true })
  try {
    return await Promise.race([answer, ended])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', end)
  }
}
