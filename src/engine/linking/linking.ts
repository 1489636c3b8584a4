import { isSameUser, type PlatformUserKey } from '#core/identity.ts'
import type { AccountId } from '#core/ids.ts'
import type { LinkBeginner } from '#ports/store/identities.ts'
import type { LinkChange, Linking } from '../engine.ts'
import { createListeners } from '../listeners.ts'
import type { LinkingDeps, LinkParts } from './deps.ts'
import { createFromChat } from './from-chat.ts'
import { createFromPage } from './from-page.ts'
import { holderOf } from './holder.ts'
import { isLastWayIn, leaveNoWayIn } from './leaving.ts'
import { makeAccount } from './make-account.ts'

/** Users of platforms and the accounts that they act for. Secrets and PINs are kept as hashes alone. */
export function createLinking(deps: LinkingDeps): Linking {
  const { identities } = deps.store
  const { tell, subscribe } = createListeners<LinkChange>((error, { account }) =>
    deps.logger.error({ err: error, account }, 'a listener to links failed'),
  )
  const parts: LinkParts = { ...deps, tell }
  return {
    ...createFromChat(parts),
    ...createFromPage(parts),
    subscribe,
    accountOf: async (user) => (await holderOf(deps, user)).account,
    identities: (account) => identities.ofAccount(account),
    seen: (user) => identities.rename(user),
    mayCreateAccount: () => deps.signUp === 'open',
    createAccount: (user) => makeAccount(parts, user),
    isLastWayIn: (user, account) => isLastWayIn(deps, user, account),
    async unlink(user, account, by) {
      const identity = await identities.byUser(user)
      await voidAttempts(deps, user, account)
      const wasLinked = await identities.unlink(user, account)
      await leaveNoWayIn(deps, account)
      if (identity && wasLinked) parts.tell({ kind: 'unlinked', user: identity, account, by })
      return wasLinked
    },
  }
}

/** So that nothing which was proven before links them again. */
async function voidAttempts(
  { store: { identities } }: LinkingDeps,
  user: PlatformUserKey,
  account: AccountId,
): Promise<void> {
  const beginners: readonly LinkBeginner[] = [{ user }, { account }]
  for (const beginner of beginners) {
    const attempt = await identities.attemptOf(beginner)
    const isOfBoth = attempt?.user && attempt.account === account && isSameUser(attempt.user, user)
    if (attempt && isOfBoth) await identities.end(attempt.hash)
  }
}
