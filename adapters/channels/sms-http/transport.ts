import { whileConnecting } from '../../network/fault.ts'
import type { HttpAnswer } from './answer.ts'
import type { HttpRequest } from './request.ts'

export interface Transport {
  /** Throws what the network did; follows no redirect. */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
  /** Ends its connections; a later request opens new ones. */
  close(): Promise<void>
}

const CONNECT_MS = 10_000
/** What is read of an answer. */
const MAX_ANSWER = 64 * 1024

/** Keeps connections to the gateway open. `timeoutMs`: without a word from it. */
export async function openTransport(options: {
  readonly concurrency: number
  readonly timeoutMs: number
}): Promise<Transport> {
  const { Agent, buildConnector, request } = await import('undici')
  const { concurrency, timeoutMs } = options
  const connect = buildConnector({ timeout: Math.min(CONNECT_MS, timeoutMs) })
  const open = () =>
    new Agent({
      connections: concurrency,
      connect: (where, done) =>
        connect(where, (...[error, socket]) =>
          error ? done(whileConnecting(error), null) : done(null, socket),
        ),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      pipelining: 1,
    })
  let dispatcher = open()
  return {
    async request({ method, url, headers, body }, signal) {
      const answer = await request(url, { dispatcher, method, headers, body, signal })
      return {
        status: answer.statusCode,
        headers: single(answer.headers),
        body: await beginningOf(answer.body),
      }
    },
    async close() {
      const old = dispatcher
      dispatcher = open()
      await old.destroy()
    },
  }
}

async function beginningOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.byteLength
    if (size >= MAX_ANSWER) break
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, MAX_ANSWER))
}

function single(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : (value?.[0] ?? ''),
    ]),
  )
}
