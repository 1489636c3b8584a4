import type { PassalongError } from '#core/errors.ts'
import { refusal } from '#core/refusal.ts'

/** SQLite's extended code for a broken UNIQUE constraint. */
const UNIQUE_BROKEN = 2067
/** The same for a primary key. */
const PRIMARY_KEY_BROKEN = 1555
/** When a caller may try again: a locked file is free by then, a full disk perhaps. */
const RETRY_AFTER_MS = 5_000

function errcodeOf(error: unknown): number | undefined {
  const fault = error as { code?: unknown; errcode?: unknown } | null
  return fault?.code === 'ERR_SQLITE_ERROR' && typeof fault.errcode === 'number'
    ? fault.errcode
    : undefined
}

export function isTaken(error: unknown): boolean {
  const errcode = errcodeOf(error)
  return errcode === UNIQUE_BROKEN || errcode === PRIMARY_KEY_BROKEN
}

function isClosed(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ERR_INVALID_STATE'
}

/**
 * What callers get for a fault of the database (disk full, read-only, locked, closed already): `unavailable`,
 * with cause.
 */
export function asUnavailable(error: unknown): unknown {
  return errcodeOf(error) === undefined && !isClosed(error) ? error : unwritable(error)
}

export function unwritable(cause: unknown): PassalongError {
  return refusal('unavailable', 'refusal.store_away', { cause, retryAfterMs: RETRY_AFTER_MS })
}
