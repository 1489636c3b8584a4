import type { Account } from '#core/account.ts'
import { refusal } from '#core/refusal.ts'
import { networkOf } from '#core/visit/client-address.ts'
import type { Bucket, Rates } from '#ports/rates.ts'
import { hashSecret } from '../keys.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

type Limit = Omit<Bucket, 'key'>

/** Passwords of one account that is signed in already: enough for a forgetful person. */
const PASSWORD: Limit = { limit: 10, burst: 10, perMs: 15 * MINUTE_MS, cost: 1 }
/** Accounts made from one network. */
const SIGN_UPS: Limit = { limit: 10, burst: 10, perMs: HOUR_MS, cost: 1 }
const INVITATIONS: Limit = { limit: 5, burst: 5, perMs: DAY_MS, cost: 1 }
const INVITATIONS_OF_OPERATOR: Limit = { limit: 200, burst: 200, perMs: DAY_MS, cost: 1 }
/** Links to sign in by, of one account. */
const SIGN_IN_LINKS: Limit = { limit: 20, burst: 10, perMs: HOUR_MS, cost: 1 }
/** Mails that one account asks for. */
const MAILS: Limit = { limit: 6, burst: 3, perMs: HOUR_MS, cost: 1 }
/** Mails to one mailbox, whoever asks: nobody's mailbox is filled from here. */
const MAILS_TO_ONE: Limit = { limit: 6, burst: 4, perMs: DAY_MS, cost: 1 }
/** Notices of what has changed: whoever changes much is told of enough. */
const NOTICES: Limit = { limit: 20, burst: 10, perMs: DAY_MS, cost: 1 }
/** Resets that are asked for by one name, or from one network, whether there is such an account or not. */
const RESETS_OF_NAME: Limit = { limit: 6, burst: 3, perMs: HOUR_MS, cost: 1 }
const RESETS_OF_CLIENT: Limit = { limit: 30, burst: 10, perMs: HOUR_MS, cost: 1 }

/** Throws `rate_limited`, as all of these do. */
export function takePassword(rates: Rates, { id }: Account): Promise<void> {
  return take(rates, { key: `account/password/${id}`, ...PASSWORD })
}

export function takeSignInLink(rates: Rates, { id }: Account): Promise<void> {
  return take(rates, { key: `account/sign-in-link/${id}`, ...SIGN_IN_LINKS })
}

export function takeSignUp(rates: Rates, ip: string): Promise<void> {
  return take(rates, { key: `account/sign-up/${clientKey(ip)}`, ...SIGN_UPS })
}

export function takeInvitation(rates: Rates, { id, role }: Account): Promise<void> {
  const limit = role === 'operator' ? INVITATIONS_OF_OPERATOR : INVITATIONS
  return take(rates, { key: `account/invite/${id}`, ...limit })
}

export function takeMail(rates: Rates, { id }: Account, mailbox: string): Promise<void> {
  return take(rates, { key: `account/mail/${id}`, ...MAILS }, mailboxBucket(mailbox))
}

export function takeReset(rates: Rates, name: string, ip: string): Promise<void> {
  return take(
    rates,
    { key: `account/reset/name/${hashSecret(name)}`, ...RESETS_OF_NAME },
    { key: `account/reset/client/${clientKey(ip)}`, ...RESETS_OF_CLIENT },
  )
}

/** False where it is too often: behind an answer that says nothing, nobody is told. */
export async function mayMail(rates: Rates, mailbox: string): Promise<boolean> {
  return (await rates.take([mailboxBucket(mailbox)])).ok
}

/** False where it is told of enough. */
export async function mayNotice(rates: Rates, { id }: Account): Promise<boolean> {
  return (await rates.take([{ key: `account/notice/${id}`, ...NOTICES }])).ok
}

async function take(rates: Rates, ...buckets: readonly Bucket[]): Promise<void> {
  const taken = await rates.take(buckets)
  if (taken.ok) return
  throw refusal('rate_limited', 'account.fault.often', { retryAfterMs: taken.waitMs })
}

function mailboxBucket(mailbox: string): Bucket {
  return { key: `account/mailbox/${hashSecret(mailbox.toLowerCase())}`, ...MAILS_TO_ONE }
}

/** Whoever has one IPv6 address has the whole /64 around it. */
function clientKey(ip: string): string {
  return hashSecret(networkOf(ip))
}
