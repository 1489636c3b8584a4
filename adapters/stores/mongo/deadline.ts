import { asUnavailable, away, isRolledBack } from './faults.ts'

/**
 * How long a call to the database may take. The driver's own time-outs do not end what a frozen server holds;
 * what was given up here may still be stored later, and whatever is written bears an id that makes that harmless.
 */
export const CALL_MS = 4_500

/** A call that lost against others is made so often in all. */
const TRIES = 3

/**
 * Runs one call, giving it up when the time is over. Faults of the database become `unavailable`; what it undid for
 * the sake of other calls is done again first.
 */
export async function attempt<T>(operation: () => Promise<T>, ms: number = CALL_MS): Promise<T> {
  const timeUp = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => timeUp.reject(away(new Error(`the database did not answer within ${ms} ms`))),
    ms,
  )
  try {
    return await Promise.race([tryAgain(operation), timeUp.promise])
  } catch (error) {
    throw asUnavailable(error)
  } finally {
    clearTimeout(timer)
  }
}

async function tryAgain<T>(operation: () => Promise<T>, tries = TRIES): Promise<T> {
  try {
    return await operation()
  } catch (error) {
    if (tries <= 1 || !isRolledBack(error)) throw error
    return tryAgain(operation, tries - 1)
  }
}
