import { type Account, DEFAULT_PERMISSIONS, type Permissions } from '#core/account.ts'
import { type Instant, newAccountId } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import type { NewAccount } from '#ports/store/accounts.ts'
import type { Accounts } from '../engine.ts'
import type { AccountParts } from './deps.ts'
import { type CheckedSignUp, checkSignUp } from './sign-up.ts'
import { peekTicket, takeTicket, voidTicket } from './tickets.ts'

/** Makes accounts for whoever runs the service: the first one is the operator, whoever comes first. */
export function createMaker(parts: AccountParts): Pick<Accounts, 'create' | 'createFirst'> {
  const { store, clock } = parts

  async function make(
    checked: CheckedSignUp,
    role: Account['role'],
    permissions: Partial<Permissions>,
  ): Promise<Account | 'not-first'> {
    const account = await newAccount(parts, checked)
    const made = await store.create(
      {
        ...account,
        role,
        // Whoever runs the service vouches for the mailbox with the account.
        emailVerifiedAt: checked.email === null ? null : (clock.now() as Instant),
        vouched: true,
        permissions: { ...DEFAULT_PERMISSIONS, ...permissions },
      },
      { first: role === 'operator' },
    )
    if (made === 'taken') throw nameTaken()
    if (made !== 'not-first' && role === 'operator') await store.dropTickets('first-account')
    return made
  }

  return {
    async create(signUp, permissions = {}) {
      const first = (await store.count()) === 0
      const checked = await checkSignUp(signUp, store, { staff: first })
      const made = first ? await make(checked, 'operator', permissions) : 'not-first'
      if (made !== 'not-first') return made
      const member = await make(checked, 'member', permissions)
      if (member === 'not-first') throw nameTaken()
      return member
    },
    async createFirst(ticket, signUp) {
      if (!(await peekTicket(store, ticket, 'first-account'))) throw voidTicket()
      mustHavePassword(signUp.password)
      const checked = await checkSignUp(signUp, store, { staff: true })
      await takeTicket(store, ticket, 'first-account')
      const made = await make(checked, 'operator', {})
      if (made === 'not-first') throw voidTicket()
      return made
    },
  }
}

/** A member for whom nobody vouches, with nothing verified; no language is set before the person sets one. */
export async function newAccount(
  { passwords, randomBytes }: Pick<AccountParts, 'passwords' | 'randomBytes'>,
  { username, displayName, email, password }: CheckedSignUp,
): Promise<NewAccount> {
  return {
    id: newAccountId(randomBytes),
    username,
    displayName,
    role: 'member',
    email,
    emailVerifiedAt: null,
    vouched: false,
    allowReplies: email !== null,
    locale: null,
    timeZone: null,
    permissions: DEFAULT_PERMISSIONS,
    passwordHash: password === null ? null : await passwords.hash(password),
  }
}

export function mustHavePassword(password: string | undefined): void {
  if (password !== undefined) return
  throw refusal('weak_password', 'account.fault.password.too_short', { field: 'password' })
}

export function nameTaken(): Error {
  return refusal('name_taken', 'account.fault.usernameTaken', { field: 'username' })
}
