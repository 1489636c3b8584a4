import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'

const TIMEOUT_MS = 60_000

/** Where requests go: a server's private socket, or an address. */
export type Place = { readonly socketPath: string } | { readonly url: string }

export interface Exchange {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
}

/** Sends one request; the answer's body has not been read yet. Throws what the system says when nobody answers. */
export function exchange(place: Place, wanted: Exchange): Promise<IncomingMessage> {
  const body = wanted.body === undefined ? undefined : JSON.stringify(wanted.body)
  const options: RequestOptions = {
    method: wanted.method,
    timeout: TIMEOUT_MS,
    ...(wanted.signal ? { signal: wanted.signal } : {}),
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...wanted.headers,
    },
  }
  return new Promise((resolve, reject) => {
    const request = open(place, wanted.path, options)
    request.once('response', resolve)
    request.once('error', reject)
    request.once('timeout', () =>
      request.destroy(new Error(`no answer in ${TIMEOUT_MS / 1_000} s`)),
    )
    request.end(body)
  })
}

function open(place: Place, path: string, options: RequestOptions) {
  if ('socketPath' in place) {
    return httpRequest({ ...options, socketPath: place.socketPath, path })
  }
  const url = new URL(path, place.url)
  return url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options)
}

export async function readJson(answer: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  for await (const part of answer) parts.push(part as Buffer)
  const text = Buffer.concat(parts).toString('utf8')
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
