import type { Account } from '#core/account.ts'
import type { AccountId } from '#core/ids.ts'
import type { Locale } from '#core/locale.ts'
import type { Accounts } from '../engine.ts'
import { mailboxOf } from '../replies/mailbox.ts'
import type { AccountParts } from './deps.ts'
import { mayMail, takeReset } from './limits.ts'
import { noAccount } from './profile.ts'
import { checkPassword } from './sign-up.ts'
import { dropWaysIn, issueTicket, peekTicket, takeTicket, voidTicket } from './tickets.ts'
import { mustMail } from './verifying.ts'

const HOURS = 1
const RESET_MS = HOURS * 3_600_000
/** Accounts that one mailbox may have proved; more than one is rare. */
const MOST = 3

/** New passwords for who cannot sign in. */
export function createResetting(
  parts: AccountParts,
): Pick<Accounts, 'resetTicket' | 'requestReset' | 'resetPassword'> {
  const { store, rates, mails, notices, background, passwords, baseUrl } = parts

  async function mailReset(account: Account, options: ResetOptions): Promise<void> {
    const to = mailboxOf(account)
    if (to === null || !(await mayMail(rates, to))) return
    const ticket = await issueTicket(parts, 'reset', account.id, RESET_MS)
    // A change of the mailbox voids the tickets that were there: one that came after it goes nowhere.
    if (mailboxOf(await store.get(account.id)) !== to) return
    const url = `${baseUrl}/reset?ticket=${ticket}`
    const { username } = account
    const locale = account.locale ?? options.locale
    const mail = { kind: 'reset', locale, username, url, forHours: HOURS, to } as const
    await mails.send(mail, options.signal)
  }

  return {
    async resetTicket(username) {
      const account = await store.byUsername(nameOf(username))
      if (!account) throw noAccount()
      return issueTicket(parts, 'reset', account.id, RESET_MS)
    },
    async requestReset(nameOrEmail, { ip, locale }) {
      mustMail(parts)
      const name = nameOf(nameOrEmail)
      await takeReset(rates, name, ip)
      // From here nothing that is answered, and no time it takes, hangs on what there is.
      background.run('reset', async (signal) => {
        const accounts = await accountsOf(parts, name)
        await Promise.all(accounts.map((account) => mailReset(account, { locale, signal })))
      })
    },
    async resetPassword(ticket, password) {
      const account = await subjectOf(parts, ticket)
      checkPassword(password, account.username)
      const passwordHash = await passwords.hash(password)
      await takeTicket(store, ticket, 'reset')
      await store.update(account.id, { passwordHash })
      await store.dropSessions(account.id)
      await dropWaysIn(store, account.id)
      notices.tell(account.id, { kind: 'password' })
      return account
    },
  }
}

interface ResetOptions {
  readonly locale: Locale
  readonly signal: AbortSignal
}

function nameOf(written: string): string {
  return written.slice(0, 320).trim().toLowerCase()
}

async function accountsOf({ store }: AccountParts, name: string): Promise<readonly Account[]> {
  if (name.includes('@')) return (await store.byMailbox(name)).slice(0, MOST)
  const account = await store.byUsername(name)
  return account ? [account] : []
}

async function subjectOf({ store }: AccountParts, ticket: string): Promise<Account> {
  const found = await peekTicket(store, ticket, 'reset')
  const account = found && (await store.get(found.subject as AccountId))
  if (!account) throw voidTicket()
  return account
}
