import type { Layer } from '@koa/router'
import { PassalongError } from '#core/errors.ts'
import type { WebMiddleware } from './context.ts'

/**
 * The end of the line. A path that is served for other methods gets 405 with `Allow` (OPTIONS: 204), every
 * other 404. Stands in for the router's own `allowedMethods`, which answers 501 to methods it never heard of.
 */
export function notFound(): WebMiddleware {
  return async (ctx) => {
    const methods = methodsServed(ctx)
    if (methods.length === 0) {
      throw new PassalongError('not_found', ctx.state.texts('http.detail.not_found'))
    }
    ctx.set('Allow', [...methods, 'OPTIONS'].join(', '))
    if (ctx.method === 'OPTIONS') {
      ctx.status = 204
      return
    }
    throw new PassalongError('method_not_allowed', ctx.state.texts('http.detail.method'))
  }
}

/** The methods that the path of a request is served for; none for a path that is not ours. */
export function methodsServed(ctx: { readonly [name: string]: unknown }): readonly string[] {
  const layers = (ctx.matched ?? []) as readonly Layer[]
  return [...new Set(layers.flatMap((layer) => layer.methods))]
}
