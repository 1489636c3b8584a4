import { z } from 'zod'
import type { Account } from '#core/account.ts'
import { type ErrorCode, PassalongError } from '#core/errors.ts'
import type { Locale } from '#core/locale.ts'
import type { Engine, FrontEnd } from '#engine/engine.ts'
import type { Texts } from '#locales/texts.ts'
import type { Terminals } from '#ports/terminals.ts'

export type Method = 'get' | 'post' | 'put' | 'delete'

/** Who asks, and how they came in. */
export interface Caller {
  readonly account: Account
  readonly frontEnd: FrontEnd
  readonly locale: Locale
  readonly texts: Texts
}

/** What every operation may use. */
interface CallBasics {
  readonly engine: Engine
  readonly terminals: Terminals
  readonly caller: Caller
  /** Ends when nobody waits for the answer any more. */
  readonly signal: AbortSignal
  /** The `{id}` of the path; empty where it has none. */
  readonly id: string
  readonly idempotencyKey: string | undefined
}

export interface Call<Body, Query> extends CallBasics {
  readonly body: Body
  readonly query: Query
}

export interface Result {
  readonly status: number
  /** JSON; undefined for 204. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Success {
  readonly status: number
  readonly description: string
  readonly schema?: z.ZodType
  /** Header names and what they say. */
  readonly headers?: Readonly<Record<string, string>>
}

/** One route of the API: what is checked, what is answered, and what the OpenAPI document says of it. */
export interface OperationSpec<B extends z.ZodType, Q extends z.ZodObject> {
  readonly id: string
  readonly method: Method
  /** Below `/api/v1`, in OpenAPI's writing: `/shares/{id}`. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly body?: B
  readonly query?: Q
  /** Takes an `Idempotency-Key`. */
  readonly idempotent?: boolean
  readonly success: readonly Success[]
  /** Codes of refusals of its own; `errorsOf` adds those that every operation shares. */
  readonly refusals: readonly ErrorCode[]
  handle(call: Call<z.output<B>, z.output<Q>>): Promise<Result>
}

/** What came by HTTP, not yet checked. */
export interface RawCall extends CallBasics {
  readonly body: unknown
  readonly query: Readonly<Record<string, string | readonly string[] | undefined>>
}

export interface Operation extends Omit<OperationSpec<z.ZodType, z.ZodObject>, 'handle'> {
  /** Checks the call and carries it out. Throws PassalongError. */
  run(call: RawCall): Promise<Result>
}

/** Ties a specification's schemas to its handler. */
export function operation<
  B extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodObject = z.ZodObject<Record<never, never>>,
>(spec: OperationSpec<B, Q>): Operation {
  const { handle, ...rest } = spec
  return {
    ...rest,
    async run(raw) {
      const query = spec.query
        ? check(spec.query, raw.query, 'invalid_request', raw.caller.locale)
        : {}
      const body = spec.body
        ? check(spec.body, raw.body, 'invalid_field', raw.caller.locale)
        : undefined
      return handle({ ...raw, query: query as z.output<Q>, body: body as z.output<B> })
    },
  }
}

/** What every operation may answer. */
export const SHARED_REFUSALS: readonly ErrorCode[] = [
  'invalid_request',
  'unauthenticated',
  'method_not_allowed',
  'rate_limited',
  'internal',
  'unavailable',
]
const BODY_REFUSALS: readonly ErrorCode[] = ['too_large', 'unsupported_media_type', 'invalid_field']

/** Every code that an operation may answer. */
export function errorsOf(operation: Operation): readonly ErrorCode[] {
  const codes = [...SHARED_REFUSALS, ...operation.refusals]
  if (operation.body) codes.push(...BODY_REFUSALS)
  if (operation.path.includes('{id}')) codes.push('not_found')
  if (operation.idempotent) codes.push('idempotency_mismatch', 'in_flight')
  return [...new Set(codes)]
}

/** What zod says of a fault, by language. */
const ZOD_TEXTS = {
  en: z.locales.en().localeError,
  'zh-CN': z.locales.zhCN().localeError,
} as const

function check<S extends z.ZodType>(
  schema: S,
  value: unknown,
  code: ErrorCode,
  locale: Locale,
): z.output<S> {
  const parsed = schema.safeParse(value, { error: ZOD_TEXTS[locale] })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = issue ? fieldOf(issue) : ''
  const what = issue?.message ?? ''
  throw new PassalongError(code, field ? `${field}: ${what}` : what, {
    ...(field ? { field } : {}),
  })
}

/** `recipients[2]`, `sendAt`; for an unknown key the key itself. */
function fieldOf(issue: z.core.$ZodIssue): string {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path
  const text = path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
  return text.replace(/^\./, '').slice(0, 100)
}
