import { ERRORS, type ErrorCode, PassalongError, type RejectedRecipient } from '#core/errors.ts'
import { isTextKey, sayError, type Texts } from '#locales/texts.ts'

/** RFC 9457, with our stable `code`. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ErrorCode
  /** The part of the request at fault: `url`, `recipients[2]`. */
  readonly field?: string
  /** A finer code, where there is one. */
  readonly reason?: string
  readonly errors?: readonly RejectedRecipient[]
}

export interface Answer {
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>
  /** Not foreseen: a bug or an outage, to be logged. */
  readonly unexpected: boolean
}

/** When to come back after an outage whose end nobody knows. */
const OUTAGE_MS = 5_000

/** Codes for what the libraries refuse by themselves, by status. */
const LIBRARY_CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'too_large',
  415: 'unsupported_media_type',
}

/** What is answered to an error. Nothing of an unforeseen one is shown but that it happened. */
export function answerTo(error: unknown, texts: Texts, baseUrl: string): Answer {
  const known = foreseen(error, texts)
  const code = known?.code ?? 'internal'
  const detail = known ? sayError(known, texts) : texts('http.detail.internal')
  const problem: Problem = {
    type: `${baseUrl}/docs#${code}`,
    title: texts(`http.problem.${code}`),
    status: ERRORS[code],
    detail,
    code,
    ...(known?.field === undefined ? {} : { field: known.field }),
    ...(known?.reason === undefined || isTextKey(known.reason) ? {} : { reason: known.reason }),
    ...(known?.errors === undefined ? {} : { errors: known.errors }),
  }
  return { problem, headers: headersFor(known), unexpected: ERRORS[code] >= 500 }
}

function foreseen(error: unknown, texts: Texts): PassalongError | undefined {
  if (error instanceof PassalongError) return error
  const { status } = error as { status?: unknown }
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined
  const code = LIBRARY_CODES[status] ?? 'invalid_request'
  return new PassalongError(code, texts(`http.problem.${code}`), { cause: error })
}

function headersFor(error: PassalongError | undefined): Record<string, string> {
  if (error?.code === 'unauthenticated') return { 'WWW-Authenticate': 'Bearer realm="passalong"' }
  const retryAfterMs =
    error?.retryAfterMs ?? (error?.code === 'unavailable' ? OUTAGE_MS : undefined)
  if (retryAfterMs === undefined) return {}
  return { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) }
}
