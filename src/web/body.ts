import type { IncomingMessage } from 'node:http'
import { bodyParser } from '@koa/bodyparser'
import { PassalongError } from '#core/errors.ts'
import type { WebMiddleware } from './context.ts'

export const MAX_BODY = 64 * 1024

/**
 * Reads forms and, for scripts of our own pages, JSON into `ctx.request.body`; 64 KiB at most. No browser
 * compresses a form.
 */
export function formBody(): WebMiddleware {
  const parse = bodyParser({
    enableTypes: ['form', 'json'],
    formLimit: MAX_BODY,
    jsonLimit: MAX_BODY,
  }) as WebMiddleware
  return async (ctx, next) => {
    if (isEncoded(ctx.req)) {
      const refusal = ctx.state.texts('http.problem.unsupported_media_type')
      throw new PassalongError('unsupported_media_type', refusal)
    }
    return parse(ctx, next)
  }
}

/** Whether a body has to be decoded before it can be read: nobody who sends us one needs to. */
export function isEncoded(request: IncomingMessage): boolean {
  return !/^(?:identity)?$/i.test(request.headers['content-encoding'] ?? '')
}

/**
 * Reads a request's bytes; throws `too_large` as soon as they are too many. What still comes is thrown away, so
 * that the refusal reaches a client that is still sending, up to a point.
 */
export async function readBody(
  request: IncomingMessage,
  limit: number,
  refusal: string,
): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    const bytes = part as Buffer
    size += bytes.length
    if (size > limit) {
      discard(request)
      throw new PassalongError('too_large', refusal)
    }
    parts.push(bytes)
  }
  return Buffer.concat(parts)
}

/** A client that goes on sending after so much is cut off. */
const MAX_DISCARDED = 16 * 1024 * 1024

function discard(request: IncomingMessage): void {
  let size = 0
  request.on('data', (part: Buffer) => {
    size += part.length
    if (size > MAX_DISCARDED) request.destroy()
  })
}
