import { isSameUser, type PlatformUser, type PlatformUserKey } from '#core/identity.ts'
import type { AccountId } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import type { LinkAttempt } from '#ports/store/identities.ts'
import type { Linking, LinkPin } from '../engine.ts'
import type { LinkParts } from './deps.ts'
import { finish } from './finish.ts'
import { leftMs } from './from-chat.ts'
import { holderOf, leaving, mustBeNew } from './holder.ts'
import { takeStepOfAccount, takeStepOfUser } from './limits.ts'
import { chatHash, LINK_MS, newLinkSecret, newPin } from './secrets.ts'

type FromPage = Pick<Linking, 'beginOnPage' | 'offerInChat' | 'agreeInChat' | 'finishOnPage'>

/** A link that an account begins on a page: agreed to in a chat, which shows the PIN that is typed on the page. */
export function createFromPage(parts: LinkParts): FromPage {
  const { store, rates, keys, randomBytes } = parts
  const { accounts, identities } = store
  return {
    async beginOnPage(account, platform) {
      await takeStepOfAccount(rates, account)
      const secret = newLinkSecret(randomBytes)
      const hash = chatHash(secret, platform)
      await identities.begin({ hash, begun: 'page', account: account.id }, LINK_MS)
      return { secret, forMs: LINK_MS }
    },
    async offerInChat(secret, user) {
      const attempt = await standing(parts, secret, user)
      if (!attempt || isAnothers(attempt, user)) return null
      const account = await accounts.get(attempt.account)
      if (!account) return null
      const holder = await holderOf(parts, user)
      const movesFrom = holder.account?.id === account.id ? null : holder.account
      return { account, user, movesFrom }
    },
    async agreeInChat(secret, user, { move }): Promise<LinkPin> {
      const attempt = await standing(parts, secret, user)
      const account = attempt && (await accounts.get(attempt.account))
      if (!attempt || !account) throw refusal('gone', 'link.fault.gone')
      if (isAnothers(attempt, user)) throw refusal('forbidden', 'link.fault.another')
      const holder = await holderOf(parts, user)
      mustBeNew(holder, account)
      const movesFrom = leaving(holder, move)
      await takeStepOfUser(rates, user)
      const pin = newPin(randomBytes)
      const pinHash = keys.pinHash(attempt.hash, pin)
      const met = await identities.meet(attempt.hash, { user, movesFrom, pinHash })
      if (!met) throw refusal('gone', 'link.fault.gone')
      return { pin, account, user, forMs: leftMs(parts, met) }
    },
    finishOnPage: (account, pin) => finish(parts, { account: account.id }, pin),
  }
}

type BegunOnPage = LinkAttempt & { readonly account: AccountId }

async function standing(
  { store }: LinkParts,
  secret: string,
  user: PlatformUser,
): Promise<BegunOnPage | null> {
  const attempt = await store.identities.attempt(chatHash(secret, user.platform))
  return attempt?.begun === 'page' && attempt.account !== null
    ? { ...attempt, account: attempt.account }
    : null
}

/** One user alone meets an attempt. */
function isAnothers({ user }: LinkAttempt, wanted: PlatformUserKey): boolean {
  return user !== null && !isSameUser(user, wanted)
}
