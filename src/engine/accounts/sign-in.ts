import type { Account } from '#core/account.ts'
import { refusal } from '#core/refusal.ts'
import { networkOf } from '#core/visit/client-address.ts'
import type { Rates } from '#ports/rates.ts'
import type { AccountStore } from '#ports/store/accounts.ts'
import { hashSecret } from '../keys.ts'
import { mustHaveTime, type Passwords } from './passwords.ts'

const MINUTE_MS = 60_000
/** Tries at one name, from wherever: enough for a forgetful person, too few to guess. */
const PER_NAME = { limit: 10, burst: 10, perMs: 15 * MINUTE_MS }
/** Tries from one client, at whatever name. Whoever has one IPv6 address has the whole /64 around it. */
const PER_CLIENT = { limit: 30, burst: 30, perMs: 10 * MINUTE_MS }

interface SignInDeps {
  readonly store: AccountStore
  readonly rates: Rates
  readonly passwords: Passwords
}

/**
 * The account of a name and its password, or null. Throws `rate_limited`. A name that is not there takes as
 * long and counts as much as one that is.
 */
export async function signIn(
  { store, rates, passwords }: SignInDeps,
  username: string,
  password: string,
  ip: string,
): Promise<Account | null> {
  const name = username.slice(0, 100).trim().toLowerCase()
  const taken = await rates.take([
    { key: `sign-in/name/${hashSecret(name)}`, ...PER_NAME, cost: 1 },
    { key: `sign-in/client/${hashSecret(networkOf(ip))}`, ...PER_CLIENT, cost: 1 },
  ])
  if (!taken.ok) {
    throw refusal('rate_limited', 'account.fault.signInRate', { retryAfterMs: taken.waitMs })
  }
  const account = await store.byUsername(name)
  const encoded = account ? await store.passwordHash(account.id) : null
  mustHaveTime(passwords)
  const right = await passwords.verify(password, encoded)
  return right && account && (await stillHolds(store, account, encoded)) ? account : null
}

/** Checking takes its time: who changed the password meanwhile wants nobody in by the old one. */
async function stillHolds(
  store: AccountStore,
  { id }: Account,
  encoded: string | null,
): Promise<boolean> {
  return (await store.passwordHash(id)) === encoded
}
