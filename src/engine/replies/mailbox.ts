import type { Account } from '#core/account.ts'

/** The mailbox that is known to be the account's; null where none is. */
export function mailboxOf(account: Account | null): string | null {
  return account && account.emailVerifiedAt !== null ? account.email : null
}
