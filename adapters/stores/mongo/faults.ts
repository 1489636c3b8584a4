import { mongo } from 'mongoose'
import { PassalongError } from '#core/errors.ts'
import { refusal } from '#core/refusal.ts'

/** The server's code for a broken unique index. */
const DUPLICATE_KEY = 11_000
/** When a caller may try again: a server that was restarted, or a new primary, is there by then. */
const RETRY_AFTER_MS = 5_000

/** Whether a unique index refused the write; `index` by its name (`_id_` is the primary key's), any where left out. */
export function isTaken(error: unknown, index?: string): boolean {
  if (!(error instanceof mongo.MongoServerError) || error.code !== DUPLICATE_KEY) return false
  return index === undefined || brokenIndex(error) === index
}

/**
 * Compatible servers give no `keyPattern`, so that the name is read from the message, where all have it:
 * `… index: username dup key: …`, or `… Index 'username'`.
 */
function brokenIndex({ message }: Error): string | undefined {
  return /index:? '?(?:\S*\$)?([^\s':]+)/i.exec(message)?.[1]
}

/** For writes that make what is not there, unordered: that some were made already is no fault. */
export async function ignoreTaken(writing: Promise<unknown>): Promise<void> {
  try {
    await writing
  } catch (error) {
    if (!isTaken(error) || !isTakenAlone(error)) throw error
  }
}

/** A fault of several documents bears the code of the first. */
export function isTakenAlone(error: unknown): boolean {
  if (!(error instanceof mongo.MongoBulkWriteError)) return true
  return [error.writeErrors].flat().every(({ code }) => code === DUPLICATE_KEY)
}

/** What callers get for a fault of the driver or the server (gone, too slow, closed): `unavailable`, with cause. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof PassalongError || isTaken(error)) return error
  return isOfTheDatabase(error) ? away(error) : error
}

export function away(cause: unknown): PassalongError {
  return refusal('unavailable', 'refusal.store_away', { cause, retryAfterMs: RETRY_AFTER_MS })
}

export function isAway(error: unknown): boolean {
  return error instanceof PassalongError && error.code === 'unavailable'
}

/** mongoose wraps the one fault of the driver that it knows, and has none of its own for a closed connection. */
function isOfTheDatabase(error: unknown): boolean {
  if (error instanceof mongo.MongoError) return true
  if (!(error instanceof Error)) return false
  return error.name === 'MongooseServerSelectionError' || isOfTheLine(error)
}

/** A command that is written while its connection ends fails with the socket's own error, which the driver leaves. */
function isOfTheLine(error: Error): boolean {
  return 'code' in error && /^(E[A-Z]+|ERR_(STREAM|SOCKET)_\w+)$/.test(String(error.code))
}
