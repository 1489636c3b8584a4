/** Every code that a person or a program may meet, with the HTTP status it maps to. */
export const ERRORS = {
  invalid_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  idempotency_mismatch: 409,
  in_flight: 409,
  wrong_state: 409,
  gone: 410,
  too_large: 413,
  unsupported_media_type: 415,
  invalid_target: 422,
  invalid_field: 422,
  invalid_schedule: 422,
  recipients_rejected: 422,
  too_many_recipients: 422,
  unverified: 403,
  name_taken: 409,
  weak_password: 422,
  over_quota: 429,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const
export type ErrorCode = keyof typeof ERRORS

/** Why a target was refused. Each has a sentence in src/locales under `fault.target.<code>`. */
export type TargetFault =
  | 'empty'
  | 'not_a_url'
  | 'scheme'
  | 'userinfo'
  | 'too_long'
  | 'private_address'
  | 'not_a_dns_name'
  | 'special_use_name'
  | 'not_a_number'
  | 'own_link'

/** Why one recipient was refused. Each has a sentence in src/locales under `fault.recipient.<code>`. */
export type RecipientFault =
  | 'not_understood'
  | 'bad_mailbox'
  | 'bad_mail_domain'
  /** Letters outside ASCII before the `@` (SMTPUTF8). */
  | 'non_ascii_mailbox'
  | 'bad_number'
  | 'region_needed'
  | 'number_extension'
  /** Premium rate, toll-free, voicemail: no messages arrive there. */
  | 'number_kind'
  | 'bad_handle'
  | 'platform_needed'
  | 'workspace_needed'
  | 'unknown_contact'
  | 'ambiguous_contact'
  | 'unknown_group'
  | 'empty_group'
  | 'no_own_address'
  | 'unknown_handle'
  | 'channel_not_configured'
  | 'channel_not_permitted'

/** A recipient that was refused, as written, and the sentence that says why. */
export interface RejectedRecipient {
  readonly recipient: string
  readonly code: RecipientFault
  readonly detail: string
}

/**
 * A refusal or failure that we foresaw. `message` is meant for people; anything else that is thrown is a bug
 * and is shown as `internal`, without its text.
 */
export class PassalongError extends Error {
  readonly code: ErrorCode
  readonly retryAfterMs: number | undefined
  readonly field: string | undefined
  /** Which of several faults behind one code: a TargetFault for `invalid_target`, else a key of src/locales. */
  readonly reason: string | undefined
  /** What the sentence of `reason` names, where that is a text of the catalogue. */
  readonly values: Readonly<Record<string, string | number>> | undefined
  readonly errors: readonly RejectedRecipient[] | undefined

  constructor(
    code: ErrorCode,
    message: string,
    more: {
      cause?: unknown
      retryAfterMs?: number
      /** JSON pointer-ish name of the part at fault: `url`, `recipients[2]`. */
      field?: string
      reason?: string
      values?: Readonly<Record<string, string | number>>
      errors?: readonly RejectedRecipient[]
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'PassalongError'
    this.code = code
    this.retryAfterMs = more.retryAfterMs
    this.field = more.field
    this.reason = more.reason
    this.values = more.values
    this.errors = more.errors
  }

  get status(): number {
    return ERRORS[this.code]
  }
}

/** Foreseen, with that code. */
export function hasCode(error: unknown, code: ErrorCode): error is PassalongError {
  return error instanceof PassalongError && error.code === code
}

/** Foreseen, and no better for being asked again. */
export function isRefused(error: unknown): error is PassalongError {
  return error instanceof PassalongError && error.code !== 'unavailable'
}

/** What went wrong first, in the words of whatever met it: for the operator, behind our own sentence. */
export function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? rootMessage(error.cause) : error.message
}
