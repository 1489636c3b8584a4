import { type Account, DEFAULT_PERMISSIONS, type Permissions } from '#core/account.ts'
import { type AccountId, newAccountId, type RandomBytes, randomText } from '#core/ids.ts'
import { type Locale, localeOf } from '#core/locale.ts'
import { refusal } from '#core/refusal.ts'
import type { Clock } from '#ports/clock.ts'
import type { Rates } from '#ports/rates.ts'
import type {
  AccountChange,
  AccountStore,
  NewAccount,
  TicketPurpose,
} from '#ports/store/accounts.ts'
import type { Accounts } from '../engine.ts'
import { hashSecret } from '../keys.ts'
import { createPasswords, type Passwords } from './passwords.ts'
import { signIn } from './sign-in.ts'
import { type CheckedSignUp, checkPassword, checkSignUp, readDisplayName } from './sign-up.ts'
import { createTokens } from './tokens.ts'

const HOUR_MS = 3_600_000
/** Until the next start prints another one, within reason. */
const FIRST_ACCOUNT_MS = 7 * 24 * HOUR_MS
const RESET_MS = HOUR_MS
/** 32 base62 characters: 190 random bits. */
const TICKET_LENGTH = 32
const TICKET_PATTERN = /^[0-9A-Za-z]{32}$/

interface AccountsDeps {
  readonly store: AccountStore
  readonly rates: Rates
  readonly clock: Clock
  readonly randomBytes: RandomBytes
}

/** Accounts, their passwords, one-time links and API tokens. Secrets are kept as hashes alone. */
export function createAccounts(deps: AccountsDeps): Accounts {
  const { store, rates, randomBytes } = deps
  const passwords = createPasswords(randomBytes)
  const maker = createMaker(deps, passwords)
  return {
    count: () => store.count(),
    get: (id) => store.get(id),
    byUsername: (username) => store.byUsername(username.trim().toLowerCase()),
    operator: () => store.operator(),
    create: maker.create,
    createFirst: maker.createFirst,
    async firstAccountTicket(earlier) {
      if (earlier === 'void') await store.dropTickets('first-account')
      if ((await store.count()) > 0) return null
      return issue(deps, 'first-account', '', FIRST_ACCOUNT_MS)
    },
    hasPassword: async (id) => (await store.passwordHash(id)) !== null,
    signIn: (username, password, ip) => signIn({ store, rates, passwords }, username, password, ip),
    async resetTicket(username) {
      const account = await store.byUsername(username.trim().toLowerCase())
      if (!account) throw refusal('not_found', 'account.fault.noAccount')
      return issue(deps, 'reset', account.id, RESET_MS)
    },
    peekTicket: async (ticket, purpose) => (await peek(store, ticket, purpose)) !== null,
    async resetPassword(ticket, password) {
      const account = await subjectOf(store, ticket)
      checkPassword(password, account.username)
      const passwordHash = await passwords.hash(password)
      if (!(await store.takeTicket(hashSecret(ticket), 'reset'))) throw voidTicket()
      await store.update(account.id, { passwordHash })
      await store.dropSessions(account.id)
      await store.dropTickets('reset', account.id)
      return account
    },
    update: (id, change) => update(store, id, change),
    ...createTokens(store, randomBytes),
  }
}

/** Makes accounts: the first one is the operator, whoever comes first. */
function createMaker(
  { store, clock, randomBytes }: AccountsDeps,
  passwords: Passwords,
): Pick<Accounts, 'create' | 'createFirst'> {
  async function make(
    checked: CheckedSignUp,
    role: Account['role'],
    permissions: Partial<Permissions>,
  ): Promise<Account | 'not-first'> {
    const account: NewAccount = {
      id: newAccountId(randomBytes),
      username: checked.username,
      displayName: checked.displayName,
      role,
      email: checked.email,
      // Whoever runs the service vouches for the mailbox with the account.
      emailVerifiedAt: checked.email === null ? null : (clock.now() as Account['emailVerifiedAt']),
      vouched: true,
      allowReplies: checked.email !== null,
      locale: null,
      timeZone: null,
      permissions: { ...DEFAULT_PERMISSIONS, ...permissions },
      passwordHash: checked.password === null ? null : await passwords.hash(checked.password),
    }
    const made = await store.create(account, { first: role === 'operator' })
    if (made === 'taken') throw taken()
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
      if (member === 'not-first') throw taken()
      return member
    },
    async createFirst(ticket, signUp) {
      if (!(await peek(store, ticket, 'first-account'))) throw voidTicket()
      if (signUp.password === undefined) {
        throw refusal('weak_password', 'account.fault.password.too_short', { field: 'password' })
      }
      const checked = await checkSignUp(signUp, store, { staff: true })
      if (!(await store.takeTicket(hashSecret(ticket), 'first-account'))) throw voidTicket()
      const made = await make(checked, 'operator', {})
      if (made === 'not-first') throw voidTicket()
      return made
    },
  }
}

interface ProfileChange {
  readonly displayName?: string
  readonly allowReplies?: boolean
  readonly locale?: Locale | null
  readonly timeZone?: string | null
}

async function update(store: AccountStore, id: AccountId, change: ProfileChange): Promise<Account> {
  const account = await store.get(id)
  if (!account) throw refusal('not_found', 'account.fault.noAccount')
  const updated = await store.update(id, await checkChange(store, account, change))
  if (updated === 'taken' || updated === null) {
    throw refusal('not_found', 'account.fault.noAccount')
  }
  return updated
}

async function checkChange(
  store: AccountStore,
  account: Account,
  change: ProfileChange,
): Promise<AccountChange> {
  const { displayName, locale, timeZone, allowReplies } = change
  if (locale && localeOf(locale) !== locale) {
    throw refusal('invalid_field', 'account.fault.locale', { field: 'locale' })
  }
  if (timeZone && !isTimeZone(timeZone)) {
    throw refusal('invalid_field', 'account.fault.timeZone', { field: 'timeZone' })
  }
  const staff = account.role === 'operator'
  return {
    ...(displayName === undefined
      ? {}
      : { displayName: await readDisplayName(displayName, store, { staff, self: account.id }) }),
    ...(allowReplies === undefined ? {} : { allowReplies }),
    ...(locale === undefined ? {} : { locale }),
    ...(timeZone === undefined ? {} : { timeZone }),
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== ''
  } catch {
    return false
  }
}

async function issue(
  { store, randomBytes }: AccountsDeps,
  purpose: TicketPurpose,
  subject: string,
  ttlMs: number,
): Promise<string> {
  const ticket = randomText(TICKET_LENGTH, randomBytes)
  await store.addTicket(hashSecret(ticket), purpose, subject, ttlMs)
  return ticket
}

async function peek(
  store: AccountStore,
  ticket: string,
  purpose: TicketPurpose,
): Promise<{ subject: string } | null> {
  if (!TICKET_PATTERN.test(ticket)) return null
  if (purpose === 'first-account' && (await store.count()) > 0) return null
  return store.peekTicket(hashSecret(ticket), purpose)
}

async function subjectOf(store: AccountStore, ticket: string): Promise<Account> {
  const found = await peek(store, ticket, 'reset')
  const account = found && (await store.get(found.subject as AccountId))
  if (!account) throw voidTicket()
  return account
}

function voidTicket(): Error {
  return refusal('gone', 'account.fault.ticket')
}

function taken(): Error {
  return refusal('name_taken', 'account.fault.usernameTaken', { field: 'username' })
}
