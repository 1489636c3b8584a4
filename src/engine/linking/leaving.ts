import type { AccountId } from '#core/ids.ts'
import type { LinkingDeps } from './deps.ts'

/** The links by which a chat's user would sign in to the account that they no longer act for are void. */
export function leaveNoWayIn(
  { store }: Pick<LinkingDeps, 'store'>,
  account: AccountId,
): Promise<void> {
  return store.accounts.dropTickets('sign-in', account)
}
