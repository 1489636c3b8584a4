import { PassalongError } from '#core/errors.ts'
import type { Texts } from '#locales/texts.ts'
import { isEncoded, MAX_BODY, readBody } from '../body.ts'
import type { WebContext, WebRouter } from '../context.ts'
import type { WebDeps } from '../deps.ts'
import type { Authenticate } from './authenticate.ts'
import type { Operation } from './operation.ts'
import { API_PREFIX, OPERATIONS } from './operations.ts'

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/

/** Hangs the API into a router. Who may ask is the caller's to say. */
export function addApi(router: WebRouter, deps: WebDeps, authenticate: Authenticate): void {
  for (const operation of OPERATIONS) {
    const path = API_PREFIX + operation.path.replaceAll(/\{(\w+)\}/g, ':$1')
    router[operation.method](path, async (ctx) => answer(ctx, operation, deps, authenticate))
  }
}

async function answer(
  ctx: WebContext,
  operation: Operation,
  deps: WebDeps,
  authenticate: Authenticate,
): Promise<void> {
  ctx.set('Cache-Control', 'no-store')
  const caller = await authenticate(ctx)
  const result = await operation.run({
    engine: deps.engine,
    terminals: deps.terminals,
    caller,
    signal: untilClosed(ctx),
    id: ctx.params.id ?? '',
    query: ctx.query,
    idempotencyKey: operation.idempotent ? idempotencyKey(ctx) : undefined,
    body: operation.body ? await readJson(ctx) : undefined,
  })
  ctx.status = result.status
  if (result.headers) ctx.set(result.headers)
  if (result.body === undefined) return
  ctx.body = JSON.stringify(result.body)
  ctx.set('Content-Type', 'application/json; charset=utf-8')
}

/** Ends with the answer, or when the client goes away before. */
export function untilClosed({ res }: WebContext): AbortSignal {
  const ending = new AbortController()
  res.once('close', () => ending.abort())
  return ending.signal
}

function idempotencyKey(ctx: WebContext): string | undefined {
  const key = ctx.headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && IDEMPOTENCY_KEY.test(key)) return key
  throw new PassalongError('invalid_request', ctx.state.texts('http.detail.idempotency_key'), {
    field: 'Idempotency-Key',
  })
}

async function readJson(ctx: WebContext): Promise<unknown> {
  const { texts } = ctx.state
  if (!ctx.is('json') || isEncoded(ctx.req)) {
    throw new PassalongError('unsupported_media_type', texts('http.detail.json_type'))
  }
  const bytes = await readBody(ctx.req, MAX_BODY, texts('http.detail.too_large'))
  return parseJson(bytes, texts)
}

function parseJson(bytes: Buffer, texts: Texts): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new PassalongError('invalid_request', texts('http.detail.json'), { cause: error })
  }
}
