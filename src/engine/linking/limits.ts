import type { Account } from '#core/account.ts'
import { type PlatformUserKey, platformUserKey } from '#core/identity.ts'
import type { AccountId } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import type { TextKey } from '#locales/texts.ts'
import type { Rates } from '#ports/rates.ts'
import { hashSecret } from '../keys.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** PINs typed for one attempt. The store counts them, so that this holds over all processes and restarts. */
export const MAX_TRIES = 5
/**
 * PINs typed for one account or one user, over all their attempts: ten at once and ten more over the day, so that no
 * 24 hours see more than twenty. Each attempt takes an agreement of its other side besides, so that a process which
 * counts alone, since the rates of the fleet are away, or anew after a restart, makes no guess worth while.
 */
const TRIES = { limit: 10, burst: 10, perMs: DAY_MS, cost: 1 }
/** Links begun, or PINs shown: a person's pace, which keeps the store from being filled. */
const STEPS = { limit: 60, burst: 30, perMs: HOUR_MS, cost: 1 }
/** Accounts made from one identity, which was unlinked from each. */
const ACCOUNTS = { limit: 3, burst: 3, perMs: DAY_MS, cost: 1 }

interface Sides {
  readonly user: PlatformUserKey
  readonly account: AccountId
}

/** Counts a PIN that was typed for both sides. Throws `rate_limited`. */
export function takeTry(rates: Rates, { user, account }: Sides): Promise<void> {
  const keys = [userKey('try', user), accountKey('try', account)]
  return take(rates, keys, TRIES, 'link.fault.tries')
}

export function takeStepOfUser(rates: Rates, user: PlatformUserKey): Promise<void> {
  return take(rates, [userKey('step', user)], STEPS, 'link.fault.often')
}

export function takeStepOfAccount(rates: Rates, account: Account): Promise<void> {
  return take(rates, [accountKey('step', account.id)], STEPS, 'link.fault.often')
}

export function takeAccount(rates: Rates, user: PlatformUserKey): Promise<void> {
  return take(rates, [userKey('account', user)], ACCOUNTS, 'link.fault.often')
}

async function take(
  rates: Rates,
  keys: readonly string[],
  limit: typeof TRIES,
  text: TextKey,
): Promise<void> {
  const taken = await rates.take(keys.map((key) => ({ key, ...limit })))
  if (!taken.ok) throw refusal('rate_limited', text, { retryAfterMs: taken.waitMs })
}

function userKey(what: string, user: PlatformUserKey): string {
  return `link/${what}/user/${hashSecret(platformUserKey(user))}`
}

function accountKey(what: string, account: AccountId): string {
  return `link/${what}/account/${account}`
}
