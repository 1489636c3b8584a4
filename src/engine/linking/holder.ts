import type { Account } from '#core/account.ts'
import type { Identity, PlatformUserKey } from '#core/identity.ts'
import type { AccountId } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import type { LinkingDeps } from './deps.ts'

/** Whom a user acts for. */
export interface Holder {
  readonly identity: Identity | null
  /** Null also where the account is still being made (make-account.ts). */
  readonly account: Account | null
}

export async function holderOf(
  { store }: Pick<LinkingDeps, 'store'>,
  user: PlatformUserKey,
): Promise<Holder> {
  const identity = await store.identities.byUser(user)
  return { identity, account: identity && (await store.accounts.get(identity.account)) }
}

/** The account that agreeing takes the user from, null for none. Throws `conflict` where they did not agree. */
export function leaving({ identity, account }: Holder, move: boolean): AccountId | null {
  if (account && !move) throw refusal('conflict', 'link.fault.moves')
  return identity?.account ?? null
}

/** Throws `conflict` where there is nothing to do. */
export function mustBeNew({ account }: Holder, wanted: Account): void {
  if (account?.id === wanted.id) throw refusal('conflict', 'link.fault.already')
}
