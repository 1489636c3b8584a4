import type { Accounts } from '../engine.ts'
import { createCredentials } from './credentials.ts'
import type { AccountsDeps } from './deps.ts'
import { createMaker } from './making.ts'
import { createPasswords } from './passwords.ts'
import { updateProfile } from './profile.ts'
import { createRegistering } from './registering.ts'
import { createResetting } from './resetting.ts'
import { signIn } from './sign-in.ts'
import { createSigningInOnce } from './signing-in-once.ts'
import { issueTicket, peekTicket } from './tickets.ts'
import { createTokens } from './tokens.ts'
import { createVerifying } from './verifying.ts'

/** Until the next start prints another one, within reason. */
const FIRST_ACCOUNT_MS = 7 * 24 * 3_600_000

/** Accounts, their passwords, mailboxes, one-time links and API tokens. Secrets are kept as hashes alone. */
export function createAccounts(deps: AccountsDeps): Accounts {
  const { store, rates, randomBytes } = deps
  const passwords = createPasswords(randomBytes)
  const parts = { ...deps, passwords }
  return {
    count: () => store.count(),
    get: (id) => store.get(id),
    byUsername: (username) => store.byUsername(username.trim().toLowerCase()),
    operator: () => store.operator(),
    async firstAccountTicket(earlier) {
      if (earlier === 'void') await store.dropTickets('first-account')
      if ((await store.count()) > 0) return null
      return issueTicket(deps, 'first-account', '', FIRST_ACCOUNT_MS)
    },
    signIn: (username, password, ip) => signIn({ store, rates, passwords }, username, password, ip),
    peekTicket: async (ticket, purpose) => (await peekTicket(store, ticket, purpose)) !== null,
    update: (id, change) => updateProfile(store, id, change),
    ...createMaker(parts),
    ...createRegistering(parts),
    ...createVerifying(parts),
    ...createResetting(parts),
    ...createSigningInOnce(parts),
    ...createCredentials(parts),
    ...createTokens(parts),
  }
}
