import type { z } from 'zod'
import { PassalongError } from '#core/errors.ts'
import { MAX_BODY, readBody } from './body.ts'
import type { WebContext } from './context.ts'

/** JSON in and out of the private socket. */

/** The body, checked; an empty one is an object without members. */
export async function readBodyAs<T>(ctx: WebContext, schema: z.ZodType<T>): Promise<T> {
  const bytes = await readBody(ctx.req, MAX_BODY, ctx.state.texts('http.problem.too_large'))
  return checked(ctx, () => schema.parse(JSON.parse(bytes.toString('utf8') || '{}')))
}

/** The query, checked. */
export function readQueryAs<T>(ctx: WebContext, schema: z.ZodType<T>): T {
  return checked(ctx, () => schema.parse(ctx.query))
}

function checked<T>(ctx: WebContext, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw new PassalongError('invalid_request', ctx.state.texts('http.problem.invalid_request'), {
      cause: error,
    })
  }
}

export function json(ctx: WebContext, status: number, body: unknown): void {
  ctx.status = status
  ctx.set('Cache-Control', 'no-store')
  ctx.body = JSON.stringify(body)
  ctx.set('Content-Type', 'application/json; charset=utf-8')
}
