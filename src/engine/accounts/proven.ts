import { type Account, isVerified } from '#core/account.ts'
import type { IdentityStore } from '#ports/store/identities.ts'

/** Whether it may write to strangers: identities are looked for where nothing else vouches for it. */
export async function isProven(
  { identities }: { readonly identities: Pick<IdentityStore, 'ofAccount'> },
  account: Account,
): Promise<boolean> {
  return isVerified(account) || isVerified(account, await identities.ofAccount(account.id))
}
