import { type TextKey, type TextValues, textsFor } from '#locales/texts.ts'
import { type ErrorCode, PassalongError } from './errors.ts'
import { DEFAULT_LOCALE } from './locale.ts'

/** What a refusal says besides its sentence; `field` as in PassalongError. */
export interface RefusalDetails {
  readonly field?: string
  readonly retryAfterMs?: number
  readonly cause?: unknown
  /** What the sentence names. */
  readonly values?: TextValues
}

/** A refusal or failure that can be said in the reader's language, by its `reason` (locales/texts, sayError). */
export function refusal(
  code: ErrorCode,
  key: TextKey,
  details: RefusalDetails = {},
): PassalongError {
  const message = textsFor(DEFAULT_LOCALE)(key, details.values)
  return new PassalongError(code, message, { ...details, reason: key })
}
