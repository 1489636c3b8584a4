import type { WebRouter } from './context.ts'
import type { WebDeps } from './deps.ts'
import type { OpenApiDocument } from './openapi.ts'
import { secure } from './security.ts'

/** `/openapi.json` and `/docs`. Made when first asked for, so that starting does not wait for them. */
export function addDocs(router: WebRouter, deps: WebDeps): void {
  let made: Promise<OpenApiDocument> | undefined
  const document = (): Promise<OpenApiDocument> => {
    made ??= import('./openapi.ts').then(({ createOpenApi }) => createOpenApi(deps.settings))
    return made
  }
  router.get('/openapi.json', async (ctx) => {
    ctx.body = JSON.stringify(await document())
    ctx.set('Content-Type', 'application/json; charset=utf-8')
    ctx.set('Access-Control-Allow-Origin', '*')
  })
  router.get('/docs', secure('page', deps.settings), async (ctx) => {
    const { docsPage } = await import('./docs-page.ts')
    ctx.body = docsPage(ctx.state, await document())
    ctx.set('Content-Type', 'text/html; charset=utf-8')
  })
}
