import type { IncomingMessage } from 'node:http'
import type { ParameterizedContext } from 'koa'
import type { Logger } from '#ports/logger.ts'
import type { WebMiddleware, WebState } from './context.ts'
import { errorPage } from './pages/error-page.ts'
import { type Answer, answerTo } from './problem.ts'
import { securityHeaders } from './security.ts'

/** Areas that programs read: they get problem+json, everybody else a page. */
const FOR_PROGRAMS = /^\/(?:api|local|hooks|healthz|readyz|metrics|openapi\.json)(?:\/|$)/

/**
 * The one place where errors become answers. Throw a PassalongError for what a person or a program should
 * read; anything else is answered as `internal` and logged.
 */
export function errors(settings: { readonly baseUrl: string }, logger: Logger): WebMiddleware {
  const pageHeaders = securityHeaders('link', settings)
  return async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      const answer = answerTo(error, ctx.state.texts, settings.baseUrl)
      if (isCut(ctx.req)) logger.debug({ area: areaOf(ctx.path) }, 'client went away')
      else if (answer.unexpected)
        logger.error({ err: error, area: areaOf(ctx.path) }, 'request failed')
      write(ctx, answer, pageHeaders)
    }
  }
}

/** The first part of a path, for logs and metrics: nothing of it is secret. */
export function areaOf(path: string): string {
  if (path === '/') return 'home'
  return /^\/([a-z.-]{1,20})(?:\/|$)/.exec(path)?.[1] ?? 'other'
}

/** The client left before its request was whole: nobody is there to answer, and nothing is wrong here. */
function isCut(request: IncomingMessage): boolean {
  return request.destroyed && !request.complete
}

function write(
  ctx: ParameterizedContext<WebState>,
  answer: Answer,
  pageHeaders: Record<string, string>,
): void {
  const { problem } = answer
  ctx.status = problem.status
  ctx.set('Cache-Control', 'no-store')
  ctx.set(answer.headers)
  if (FOR_PROGRAMS.test(ctx.path)) {
    ctx.body = JSON.stringify(problem)
    ctx.set('Content-Type', 'application/problem+json')
    return
  }
  ctx.set(pageHeaders)
  ctx.body = errorPage(ctx.state, problem)
  ctx.set('Content-Type', 'text/html; charset=utf-8')
}
