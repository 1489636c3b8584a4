import { mongo } from 'mongoose'
import { hasCode, PassalongError } from '#core/errors.ts'
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

/**
 * What callers get for a fault of the driver or the server: `unavailable` with its cause where it passes by itself
 * (gone, too slow, closed, a newer primary), `internal` where it says what to do, else the fault as it is: a bug of
 * ours, which no waiting mends.
 */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof PassalongError || (isTaken(error) && isTakenAlone(error))) return error
  if (isPassing(error)) return away(error)
  return isRefused(error) ? new PassalongError('internal', REFUSED, { cause: error }) : error
}

export function away(cause: unknown): PassalongError {
  return refusal('unavailable', 'refusal.store_away', { cause, retryAfterMs: RETRY_AFTER_MS })
}

export function isAway(error: unknown): boolean {
  return hasCode(error, 'unavailable')
}

/** Faults of the driver that tell of the server or the line to it; those of the pool bear no class that is exported. */
const PASSING_CLASSES = [
  mongo.MongoNetworkError,
  mongo.MongoSystemError,
  mongo.MongoOperationTimeoutError,
  mongo.MongoNotConnectedError,
  mongo.MongoServerClosedError,
  mongo.MongoTopologyClosedError,
  mongo.MongoClientClosedError,
  mongo.MongoExpiredSessionError,
  mongo.MongoStalePrimaryError,
] as const
/** mongoose wraps the one fault of the driver that it knows. */
const PASSING_NAMES = new Set([
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongooseServerSelectionError',
])
/** What servers put on faults that may be tried again. */
const PASSING_LABELS = ['RetryableWriteError', 'TransientTransactionError', 'ResetPool']

/**
 * The server's codes for what passes: a member that stops, starts or is no primary any more, a time limit, another
 * write in between, a full disk. https://www.mongodb.com/docs/manual/reference/error-codes
 */
const PASSING_CODES = new Set([
  // InternalError: all that compatible servers say where the database behind them is away.
  1,
  // HostUnreachable, HostNotFound, LockTimeout, CursorNotFound, MaxTimeMSExpired, StaleShardVersion
  6, 7, 24, 43, 50, 63,
  // WriteConcernTimeout, NetworkTimeout, ShutdownInProgress, UnsatisfiableWriteConcern, WriteConflict
  64,
  89, 91, 100, 112,
  // FailedToSatisfyReadPreference, ReadConcernMajorityNotAvailableYet, StaleEpoch, PrimarySteppedDown
  133,
  134, 150, 189,
  // NetworkInterfaceExceededTimeLimit, ExceededTimeLimit, Reauthenticate, SocketException
  202, 262, 391, 9_001,
  // LegacyNotPrimary, NotWritablePrimary, InterruptedAtShutdown, InterruptedDueToReplStateChange
  10_058, 10_107, 11_600, 11_602,
  // StaleConfig, NotPrimaryNoSecondaryOk, NotPrimaryOrSecondary, OutOfDiskSpace
  13_388, 13_435, 13_436, 14_031,
])
/** Unauthorized, AuthenticationFailed */
const REFUSED_CODES = new Set([13, 18])
const REFUSED =
  'MongoDB refuses the user of MONGODB_URI: it must be able to sign in, and have readWrite on its database.'

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (PASSING_CLASSES.some((one) => error instanceof one)) return true
  if (PASSING_NAMES.has(error.name) || isOfTheLine(error)) return true
  if (!(error instanceof mongo.MongoServerError)) return false
  return PASSING_LABELS.some((label) => error.hasErrorLabel(label)) || codesOf(error).every(passes)
}

function isRefused(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && REFUSED_CODES.has(Number(error.code))
}

/** Of all that a bulk write could not do, but for what was there already. */
function codesOf(error: mongo.MongoServerError): readonly number[] {
  const all = error instanceof mongo.MongoBulkWriteError ? [error.writeErrors].flat() : []
  if (all.length === 0) return [Number(error.code)]
  return all.map(({ code }) => code).filter((code) => code !== DUPLICATE_KEY)
}

function passes(code: number): boolean {
  return PASSING_CODES.has(code) || PASSING_STATES.has(stateClass(code) ?? '')
}

/** Of a call that compatible servers undid whole, for a deadlock say; what a bulk write did before that stays. */
export function isRolledBack(error: unknown): boolean {
  if (!(error instanceof mongo.MongoServerError) || !codesOf(error).every(isUndone)) return false
  return !(error instanceof mongo.MongoBulkWriteError) || didNothing(error)
}

function isUndone(code: number): boolean {
  return stateClass(code) === '40'
}

function didNothing(error: mongo.MongoBulkWriteError): boolean {
  const { insertedCount, matchedCount, upsertedCount, deletedCount } = error
  return insertedCount === 0 && matchedCount === 0 && upsertedCount === 0 && deletedCount === 0
}

/** Below it stand the protocol's own codes. */
const FIRST_STATE = 1 << 24
/** Connection, resources, rollback (a deadlock), not as it must be (a lock), intervention (a stop), system. */
const PASSING_STATES = new Set(['08', '53', '40', '55', '57', '58'])

/**
 * DocumentDB hands on codes of PostgreSQL, five characters of six bits each; the first two are their class.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
function stateClass(code: number): string | undefined {
  if (code < FIRST_STATE) return undefined
  const [first, second] = [code & 0x3f, (code >> 6) & 0x3f]
  return String.fromCharCode(first + 48, second + 48)
}

const LINE_CODES = new Set([
  ...['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'ETIMEDOUT', 'ENOTCONN', 'ENOTFOUND'],
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ENETRESET', 'EADDRNOTAVAIL'],
  ...['ENOBUFS', 'EMFILE', 'ENFILE'],
])

/** A command that is written while its connection ends fails with the socket's own error, which the driver leaves. */
function isOfTheLine(error: Error): boolean {
  if (!('code' in error)) return false
  const code = String(error.code)
  return LINE_CODES.has(code) || code === 'EAI_AGAIN' || /^ERR_(STREAM|SOCKET)_/.test(code)
}
