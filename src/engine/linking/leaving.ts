import type { Account } from '#core/account.ts'
import { isSameUser, type PlatformUserKey } from '#core/identity.ts'
import type { AccountId } from '#core/ids.ts'
import { mailboxOf } from '../replies/mailbox.ts'
import type { LinkingDeps } from './deps.ts'

type OnStore = Pick<LinkingDeps, 'store'>

/** The links by which a chat's user would sign in to the account that they no longer act for are void. */
export function leaveNoWayIn({ store }: OnStore, account: AccountId): Promise<void> {
  return store.accounts.dropTickets('sign-in', account)
}

/** Whether the user is all that leads to the account: a chat gives links to sign in by, a mailbox new passwords. */
export async function isLastWayIn(
  { store }: OnStore,
  user: PlatformUserKey,
  account: Account,
): Promise<boolean> {
  if (mailboxOf(account) !== null) return false
  if ((await store.accounts.passwordHash(account.id)) !== null) return false
  const identities = await store.identities.ofAccount(account.id)
  return identities.every((identity) => isSameUser(identity, user))
}
