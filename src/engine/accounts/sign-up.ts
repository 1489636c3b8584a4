import type { AccountId } from '#core/ids.ts'
import { isUsername, MAX_DISPLAY_NAME, refuseName } from '#core/names.ts'
import { parseRecipient } from '#core/recipients/parse.ts'
import { refusal } from '#core/refusal.ts'
import { cleanLine } from '#core/text.ts'
import type { AccountStore } from '#ports/store/accounts.ts'
import type { SignUp } from '../engine.ts'
import { refusePassword } from './passwords.ts'

/** What a sign-up asks for, cleaned and allowed. */
export interface CheckedSignUp {
  readonly username: string
  readonly displayName: string
  readonly password: string | null
  readonly email: string | null
}

/** Throws for the first part that will not do. Changes nothing. */
export async function checkSignUp(
  signUp: SignUp,
  store: AccountStore,
  options: { readonly staff: boolean },
): Promise<CheckedSignUp> {
  const username = readUsername(signUp.username, options)
  if (signUp.password !== undefined) checkPassword(signUp.password, username)
  const email = readEmail(signUp.email)
  const wanted = signUp.displayName?.trim() ? signUp.displayName : username
  const displayName = await readDisplayName(wanted, store, { ...options, self: null })
  return { username, displayName, password: signUp.password ?? null, email }
}

/** It stands beside the name in messages: it reads as nobody well known either. */
function readUsername(raw: string, options: { readonly staff: boolean }): string {
  const field = 'username'
  const username = raw.slice(0, 100).trim().toLowerCase()
  if (!isUsername(username)) throw refusal('invalid_field', 'account.fault.username', { field })
  // Read as a host, too: `paypal.com`.
  const parts = [username, ...username.split('.')].filter(Boolean)
  const isKnown = parts.some((part) => refuseName(part, [], options) === 'well_known')
  if (!isKnown) return username
  throw refusal('invalid_field', 'fault.name.well_known', { field })
}

/** Throws `weak_password`. */
export function checkPassword(password: string, username: string): void {
  const fault = refusePassword(password, username)
  if (fault)
    throw refusal('weak_password', `account.fault.password.${fault}`, { field: 'password' })
}

/** Refuses names that are taken for another's or for a well-known brand. */
export async function readDisplayName(
  raw: string,
  store: AccountStore,
  options: { readonly staff: boolean; readonly self: AccountId | null },
): Promise<string> {
  const name = cleanLine(raw.slice(0, 10 * MAX_DISPLAY_NAME))
  const taken = await store.displayNames()
  const others = taken.filter(({ id }) => id !== options.self).map((entry) => entry.displayName)
  const fault = refuseName(name, others, { staff: options.staff })
  if (!fault) return name
  const code = fault === 'copies_another' ? 'name_taken' : 'invalid_field'
  throw refusal(code, `fault.name.${fault}`, { field: 'displayName' })
}

/** A mailbox as it is kept; null where none is written. Throws `invalid_field`. */
export function readEmail(raw: string | undefined): string | null {
  if (!raw?.trim()) return null
  const parsed = parseRecipient(raw.slice(0, 1_000).trim())
  if (parsed.ok && parsed.recipient.kind === 'address') {
    const { channel, value } = parsed.recipient.address
    if (channel === 'email') return value
  }
  throw refusal('invalid_field', 'fault.recipient.bad_mailbox', { field: 'email' })
}
