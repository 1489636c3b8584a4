import { type Account, DEFAULT_PERMISSIONS } from '#core/account.ts'
import { PassalongError } from '#core/errors.ts'
import type { PlatformUser } from '#core/identity.ts'
import { type AccountId, newAccountId } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import type { LinkParts } from './deps.ts'
import { holderOf } from './holder.ts'
import { takeAccount } from './limits.ts'
import { displayNameFor, usernamesFor } from './naming.ts'

/**
 * An account of the user's own. They are linked first, to the id of the account that is made next: a crash between
 * the two leaves a link to nothing, which the next press makes whole, and two presses at once come to one account.
 */
export async function makeAccount(parts: LinkParts, user: PlatformUser): Promise<Account> {
  if (parts.signUp !== 'open') throw refusal('forbidden', 'link.fault.noSignUp')
  const holder = await holderOf(parts, user)
  if (holder.account) return holder.account
  // The first account is the operator's, who proves to own the service.
  if ((await parts.store.accounts.count()) === 0)
    throw refusal('forbidden', 'link.fault.noOperator')
  await takeAccount(parts.rates, user)
  const id = holder.identity?.account ?? (await linkToNew(parts, user))
  return createFor(parts, user, id)
}

/** The id of the account to be made; another press's, where it came first. */
async function linkToNew(
  { store, randomBytes }: LinkParts,
  user: PlatformUser,
): Promise<AccountId> {
  const id = newAccountId(randomBytes)
  const linked = await store.identities.link(user, id, null)
  if (!('heldBy' in linked)) return id
  if (linked.heldBy !== null) return linked.heldBy
  throw refusal('conflict', 'link.fault.moved')
}

async function createFor(parts: LinkParts, user: PlatformUser, id: AccountId): Promise<Account> {
  const { accounts } = parts.store
  const names = (await accounts.displayNames()).map((entry) => entry.displayName)
  for (const username of usernamesFor(user, names, parts.randomBytes)) {
    const made = await accounts.create({
      id,
      username,
      displayName: displayNameFor(user, username, names),
      role: 'member',
      email: null,
      emailVerifiedAt: null,
      vouched: false,
      allowReplies: false,
      locale: null,
      timeZone: null,
      permissions: DEFAULT_PERMISSIONS,
      passwordHash: null,
    })
    if (typeof made === 'object') {
      parts.tell({ kind: 'linked', user, account: id, by: 'chat' })
      return made
    }
    const twin = await accounts.get(id)
    if (twin) return twin
  }
  throw new PassalongError('internal', 'no username was free')
}
