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
  const { store, passwords, notices } = parts
  return {
    hasPassword: async (account) => (await store.passwordHash(account)) !== null,
    async changePassword({ id }, { old, fresh }, session) {
      const account = await mustBe(store, id)
      await mustBeHolder(parts, account, { password: old, session }, 'old')
      checkPassword(fresh, account.username)
      await store.update(id, { passwordHash: await passwords.hash(fresh) })
      await store.dropSessions(id, session)
      await dropWaysIn(store, id)
      notices.tell(id, { kind: 'password' })
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

/** How long after signing in by a link from a chat one may do what else asks for a password. */
const FRESH_MS = 60 * 60_000

/** What somebody who is signed in shows of themselves before something that a stranger must not do. */
export interface Proof {
  readonly password: string
  /** Of the browser, by its id; left out: it has none. */
  readonly session?: string | undefined
}

/**
 * Throws `invalid_field` for a wrong password, and `rate_limited`. Of an account that has none, its holder has come by
 * a link from their chat: a short time ago, else `forbidden`, so that a session that was stolen takes nothing over.
 */
export async function mustBeHolder(
  parts: AccountParts,
  account: Account,
  { password, session }: Proof,
  field: string,
): Promise<void> {
  const { store, rates, passwords } = parts
  const encoded = await store.passwordHash(account.id)
  if (encoded === null) return mustBeFresh(parts, account, session)
  await takePassword(rates, account)
  mustHaveTime(passwords)
  if (await passwords.verify(password, encoded)) return
  throw refusal('invalid_field', 'account.fault.wrongPassword', { field })
}

async function mustBeFresh(
  { store, clock }: AccountParts,
  { id }: Account,
  session: string | undefined,
): Promise<void> {
  const found = (await store.sessions(id)).find(({ keyHash }) => keyHash === session)
  if (found && found.createdAt > clock.now() - FRESH_MS) return
  throw refusal('forbidden', 'account.fault.freshLink')
}
