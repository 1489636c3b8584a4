import { whileConnecting } from '../network/fault.ts'

/** A request as grammY makes it. Its signal is another library's, and not known as one elsewhere. */
interface TelegramRequest {
  readonly method: string
  readonly headers: { readonly 'content-type': string }
  /** JSON, or parts with files in them. */
  readonly body: string | AsyncIterable<Uint8Array>
  readonly signal: Pick<AbortSignal, 'aborted' | 'addEventListener'>
}

type Fetch = (url: string, request: TelegramRequest) => Promise<{ json(): Promise<unknown> }>

/** How grammY's requests go out: on connections of our own, which tell what failed before they stood. */
export interface Transport {
  readonly fetch: Fetch
  /** Ends its connections; a later request opens new ones. */
  close(): Promise<void>
}

const CONNECT_MS = 10_000
/** What nobody uses is closed before servers do, so that no request meets an end. */
const IDLE_MS = 10_000
/** A hundred updates of the largest messages there are. */
const MAX_ANSWER = 16 * 1024 * 1024

/** `timeoutMs`: without a word from the other side. */
export async function openTransport(options: {
  readonly connections: number
  readonly timeoutMs: number
}): Promise<Transport> {
  const { Agent, buildConnector, fetch } = await import('undici')
  const { connections, timeoutMs } = options
  const connect = buildConnector({ timeout: Math.min(CONNECT_MS, timeoutMs) })
  const open = () =>
    new Agent({
      connections,
      connect: (where, done) =>
        connect(where, (...[error, socket]) =>
          error ? done(whileConnecting(error), null) : done(null, socket),
        ),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      maxResponseSize: MAX_ANSWER,
    })
  let dispatcher = open()

  return {
    async fetch(url, { method, headers, body, signal }) {
      const unlinked = new AbortController()
      const abort = (): void => unlinked.abort()
      signal.addEventListener('abort', abort)
      if (signal.aborted) abort()
      return fetch(url, {
        ...{ dispatcher, method, body, signal: unlinked.signal },
        headers: { 'content-type': headers['content-type'] },
        duplex: 'half',
        // The path holds the token: nobody else is told it.
        redirect: 'error',
      })
    },
    async close() {
      const old = dispatcher
      dispatcher = open()
      await old.destroy()
    },
  }
}
