import { setTimeout as sleep } from 'node:timers/promises'
import type { Agent, Dispatcher } from 'undici'

/** What a request came to, seen from here. */
export type Answer =
  | { readonly kind: 'answered'; readonly status: number; readonly text: string }
  /** Nothing of it left: it may be sent again. `cause` is a code (`ECONNREFUSED`), never an address. */
  | { readonly kind: 'unsent'; readonly cause: string }
  /** It went out, and no whole answer came: it may have been taken. */
  | { readonly kind: 'lost'; readonly cause: string }
  /** A secret or an address of ours cannot be used: there was no request. */
  | { readonly kind: 'misconfigured'; readonly cause: string }

export interface Post {
  readonly url: string
  /** These go out, with Host and Content-Length, and no others: a gateway passes unknown ones on to phones. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Kept-alive HTTP connections to a gateway. */
export interface Line {
  /** Never throws, whatever making the request does. The signal, or 60 s, ends it. */
  post(make: () => Post, signal?: AbortSignal): Promise<Answer>
  /** Lets requests begin again, once a stop under way has ended. */
  start(): Promise<void>
  /** Lets running requests end, for some seconds at most, and closes every connection. */
  stop(): Promise<void>
}

export interface LineConfig {
  /** At once, to one gateway. */
  readonly connections: number
  /** For connecting, and for all of a request; milliseconds. Default: 10 s and 60 s, within a lease. */
  readonly connectMs?: number
  readonly requestMs?: number
}

const CONNECT_MS = 10_000
const REQUEST_MS = 60_000
const STOP_MS = 5_000
/** Kannel ends idle connections after a minute. */
const IDLE_MS = 15_000
const MAX_ANSWER = 64 * 1024

export function createLine(config: LineConfig): Line {
  let agent: Promise<Agent> | undefined
  let stopped: Promise<void> | undefined

  const open = async (): Promise<Agent> => {
    const undici = await import('undici')
    return new undici.Agent({
      connections: config.connections,
      pipelining: 1,
      connect: { timeout: config.connectMs ?? CONNECT_MS },
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      maxResponseSize: MAX_ANSWER,
    })
  }

  const close = async (): Promise<void> => {
    const open = await agent
    agent = undefined
    if (!open) return
    await Promise.race([open.close(), sleep(STOP_MS, undefined, { ref: false })])
    await open.destroy()
  }

  return {
    async post(make, signal) {
      if (stopped) return { kind: 'unsent', cause: 'the channel was stopped' }
      const request = made(make)
      if (!request) return { kind: 'misconfigured', cause: 'its settings could not be read' }
      agent ??= open()
      const limit = AbortSignal.timeout(config.requestMs ?? REQUEST_MS)
      return exchange(await agent, request, signal ? AbortSignal.any([signal, limit]) : limit)
    },
    async start() {
      await stopped
      stopped = undefined
    },
    stop() {
      stopped ??= close()
      return stopped
    },
  }
}

function made(make: () => Post): Post | undefined {
  try {
    const post = make()
    return URL.canParse(post.url) ? post : undefined
  } catch {
    return undefined
  }
}

function exchange(
  agent: Agent,
  { url, headers, body }: Post,
  signal: AbortSignal,
): Promise<Answer> {
  const { origin, pathname, search } = new URL(url)
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ kind: 'unsent', cause: codeOf(signal.reason) })
    const reader = answerReader(signal, resolve)
    agent.dispatch({ origin, path: pathname + search, method: 'POST', headers, body }, reader)
  })
}

/** Follows one request. A request that never began to be written did not reach anybody. */
function answerReader(
  signal: AbortSignal,
  resolve: (answer: Answer) => void,
): Dispatcher.DispatchHandler {
  const chunks: Buffer[] = []
  let control: Dispatcher.DispatchController | undefined
  let status = 0

  const end = (answer: Answer): void => {
    signal.removeEventListener('abort', give)
    resolve(answer)
  }
  const give = (): void => {
    end({ kind: control ? 'lost' : 'unsent', cause: codeOf(signal.reason) })
    control?.abort(new Error('given up'))
  }
  signal.addEventListener('abort', give, { once: true })

  return {
    onRequestStart(controller) {
      if (signal.aborted) controller.abort(new Error('given up'))
      else control = controller
    },
    onResponseStart(_controller, code) {
      status = code
    },
    onResponseData(_controller, chunk) {
      chunks.push(chunk)
    },
    onResponseEnd() {
      end({ kind: 'answered', status, text: Buffer.concat(chunks).toString('utf8') })
    },
    onResponseError(_controller, error) {
      // A refusal counts by its status alone: Kannel's 404 promises more body than it has.
      if (status >= 400)
        end({ kind: 'answered', status, text: Buffer.concat(chunks).toString('utf8') })
      else end({ kind: control ? 'lost' : 'unsent', cause: codeOf(error) })
    },
  }
}

/** `ECONNREFUSED`, `UND_ERR_CONNECT_TIMEOUT`, `TimeoutError`: says no address. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Error'
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' ? code : error.name
}
