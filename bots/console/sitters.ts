import type { Account } from '#core/account.ts'
import type { PlatformUser, PlatformUserKey } from '#core/identity.ts'
import type { AccountId, ConnectionId } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import type { Engine, Linking } from '#engine/engine.ts'
import type { Sitter } from '#ports/terminals.ts'

export const CONSOLE = { platform: 'console', connection: 'default' as ConnectionId } as const

/** No login name has a colon: nobody comes to act for an account by what they are called. */
const VOUCHED = 'account:'
/** Nor has it this: behind it stands the terminal that has a conversation of its own. */
const ALONE = '#'

/** The user of the platform that sits there. */
export function userOf(sitter: Sitter): PlatformUser {
  if ('login' in sitter) {
    const { login } = sitter
    return { ...CONSOLE, id: login, handle: login.toLowerCase(), name: login }
  }
  const { id, displayName } = sitter.account
  return { ...CONSOLE, id: `${VOUCHED}${id}`, handle: null, name: displayName }
}

/** The same person in a conversation that no other terminal of theirs shares. */
export function aloneAt(user: PlatformUser, terminal: string): PlatformUser {
  return { ...user, id: `${user.id}${ALONE}${terminal}` }
}

export function isAlone({ id }: PlatformUserKey): boolean {
  return id.includes(ALONE)
}

/** Whoever it is, in whichever of their conversations. */
function personOf<User extends PlatformUserKey>(user: User): User {
  const [id = ''] = user.id.split(ALONE)
  return user.platform === CONSOLE.platform ? { ...user, id } : user
}

function vouchedAccount({ platform, id }: PlatformUserKey): AccountId | null {
  const vouched = platform === CONSOLE.platform && id.startsWith(VOUCHED)
  return vouched ? (id.slice(VOUCHED.length) as AccountId) : null
}

/**
 * The engine for terminals: who came in by a token or as the owner of the data acts for that account without a link,
 * and has nothing to link or to unlink. Nobody makes an account of a login name, for which no platform vouches.
 */
export function vouchingEngine(engine: Engine): Engine {
  return { ...engine, linking: vouchingLinking(engine) }
}

function vouchingLinking({ linking, accounts }: Engine): Linking {
  /** Throws `conflict` where there is nothing to link. */
  function linkable<User extends PlatformUserKey>(user: User): User {
    const person = personOf(user)
    if (vouchedAccount(person) !== null) throw refusal('conflict', 'terminal.vouched')
    return person
  }
  return {
    ...linking,
    async accountOf(user) {
      const person = personOf(user)
      const vouched = vouchedAccount(person)
      return vouched === null ? linking.accountOf(person) : accounts.get(vouched)
    },
    seen: (user) => linking.seen(personOf(user)),
    awaitsPin: (user) => linking.awaitsPin(personOf(user)),
    beginInChat: async (user, options) => linking.beginInChat(linkable(user), options),
    finishInChat: async (user, pin) => linking.finishInChat(linkable(user), pin),
    offerInChat: async (secret, user) => linking.offerInChat(secret, linkable(user)),
    agreeInChat: async (secret, user, options) =>
      linking.agreeInChat(secret, linkable(user), options),
    mayCreateAccount: () => false,
    unlink: async (user, account, by) => linking.unlink(linkable(user), account, by),
  }
}

/** Whom a sitter acts for; null: nobody yet. */
export async function accountOf(engine: Engine, sitter: Sitter): Promise<Account | null> {
  return 'account' in sitter ? sitter.account : engine.linking.accountOf(userOf(sitter))
}
