import type { Account } from '#core/account.ts'
import { refusal } from '#core/refusal.ts'
import type { Accounts } from '../engine.ts'
import type { AccountParts } from './deps.ts'
import { takePassword } from './limits.ts'
import { mustHaveTime } from './passwords.ts'
import { mustBe } from './profile.ts'
import { checkPassword } from './sign-up.ts'
import { dropWaysIn } from './tickets.ts'

/** What somebody who is signed in does about their password and their browsers. */
export function createCredentials(
  parts: AccountParts,
): Pick<Accounts, 'hasPassword' | 'changePassword' | 'sessions' | 'endSession'> {
  const { store, passwords } = parts
  return {
    hasPassword: async (account) => (await store.passwordHash(account)) !== null,
    async changePassword({ id }, { old, fresh }, session) {
      const account = await mustBe(store, id)
      await mustKnowPassword(parts, account, old, 'old')
      checkPassword(fresh, account.username)
      await store.update(id, { passwordHash: await passwords.hash(fresh) })
      await store.dropSessions(id, session)
      await dropWaysIn(store, id)
    },
    async sessions(account) {
      const sessions = await store.sessions(account)
      return sessions.map(({ keyHash, ...session }) => ({ id: keyHash, ...session }))
    },
    async endSession(account, id) {
      const isTheirs = (await store.sessions(account)).some(({ keyHash }) => keyHash === id)
      if (isTheirs) await store.dropSession(id)
      return isTheirs
    },
  }
}

/**
 * Throws `invalid_field` for a wrong password, and `rate_limited`. An account that has none is its holder's who is
 * signed in: it was made from a chat.
 */
export async function mustKnowPassword(
  { store, rates, passwords }: AccountParts,
  account: Account,
  password: string,
  field: string,
): Promise<void> {
  const encoded = await store.passwordHash(account.id)
  if (encoded === null) return
  await takePassword(rates, account)
  mustHaveTime(passwords)
  if (await passwords.verify(password, encoded)) return
  throw refusal('invalid_field', 'account.fault.wrongPassword', { field })
}
