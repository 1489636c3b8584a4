import { type ErrorCode, PassalongError } from '#core/errors.ts'
import { DEFAULT_LOCALE } from '#core/locale.ts'
import { type TextKey, textsFor } from '#locales/texts.ts'

/** A refusal that front-ends can say in the reader's language, by its `reason` (locales/texts, sayError). */
export function refusal(
  code: ErrorCode,
  key: TextKey,
  more: { field?: string; retryAfterMs?: number } = {},
): PassalongError {
  return new PassalongError(code, textsFor(DEFAULT_LOCALE)(key), { ...more, reason: key })
}
