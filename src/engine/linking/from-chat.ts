import type { Account } from '#core/account.ts'
import { refusal } from '#core/refusal.ts'
import type { LinkAttempt } from '#ports/store/identities.ts'
import type { Linking, LinkPin } from '../engine.ts'
import type { LinkParts } from './deps.ts'
import { finish, isMet } from './finish.ts'
import { holderOf, leaving, mustBeNew } from './holder.ts'
import { takeStepOfAccount, takeStepOfUser } from './limits.ts'
import { LINK_MS, newLinkSecret, newPin, pageHash } from './secrets.ts'

type FromChat = Pick<
  Linking,
  'beginInChat' | 'offerOnPage' | 'agreeOnPage' | 'finishInChat' | 'awaitsPin'
>

/** A link that a user begins in a chat: agreed to on the page, which shows the PIN that is typed in the chat. */
export function createFromChat(parts: LinkParts): FromChat {
  const { store, rates, keys, randomBytes } = parts
  const { accounts, identities } = store
  return {
    async beginInChat(user, { move }) {
      await takeStepOfUser(rates, user)
      const movesFrom = leaving(await holderOf(parts, user), move)
      const secret = newLinkSecret(randomBytes)
      await identities.begin({ hash: pageHash(secret), begun: 'chat', user, movesFrom }, LINK_MS)
      return { secret, forMs: LINK_MS }
    },
    async offerOnPage(secret) {
      const attempt = await standing(parts, secret)
      if (!attempt) return null
      const holder = await holderOf(parts, attempt.user)
      const account = attempt.account && (await accounts.get(attempt.account))
      const movesFrom = holder.account && holder.account.id !== account?.id ? holder.account : null
      return { account, user: attempt.user, movesFrom }
    },
    async agreeOnPage(secret, account): Promise<LinkPin> {
      const attempt = await standing(parts, secret)
      if (!attempt) throw refusal('gone', 'link.fault.gone')
      await mayAgree(parts, attempt, account)
      await takeStepOfAccount(rates, account)
      const pin = newPin(randomBytes)
      const pinHash = keys.pinHash(attempt.hash, pin)
      const met = await identities.meet(attempt.hash, { account: account.id, pinHash })
      if (!met) throw refusal('gone', 'link.fault.gone')
      return { pin, account, user: attempt.user, forMs: leftMs(parts, met) }
    },
    async finishInChat(user, pin) {
      const { account } = await finish(parts, { user }, pin)
      const found = await accounts.get(account)
      if (!found) throw refusal('not_found', 'account.fault.noAccount')
      return found
    },
    awaitsPin: async (user) => isMet(await identities.attemptOf({ user })),
  }
}

type BegunInChat = LinkAttempt & { readonly user: NonNullable<LinkAttempt['user']> }

async function standing({ store }: LinkParts, secret: string): Promise<BegunInChat | null> {
  const attempt = await store.identities.attempt(pageHash(secret))
  return attempt?.begun === 'chat' && attempt.user ? { ...attempt, user: attempt.user } : null
}

/** One account alone meets an attempt, and takes the user from nobody but whom they agreed to leave. */
async function mayAgree(parts: LinkParts, attempt: BegunInChat, account: Account): Promise<void> {
  if (attempt.account !== null && attempt.account !== account.id) {
    throw refusal('forbidden', 'link.fault.another')
  }
  const holder = await holderOf(parts, attempt.user)
  mustBeNew(holder, account)
  const agreed = attempt.movesFrom !== null && attempt.movesFrom === holder.identity?.account
  leaving(holder, agreed)
}

/** As far as this process's clock can tell. */
export function leftMs({ clock }: LinkParts, { expiresAt }: LinkAttempt): number {
  return Math.min(LINK_MS, Math.max(0, expiresAt - clock.now()))
}
