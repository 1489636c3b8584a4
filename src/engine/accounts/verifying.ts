import type { Account } from '#core/account.ts'
import type { AccountId, Instant } from '#core/ids.ts'
import type { Locale } from '#core/locale.ts'
import { refusal } from '#core/refusal.ts'
import type { AccountStore } from '#ports/store/accounts.ts'
import type { Accounts } from '../engine.ts'
import { mustBeHolder } from './credentials.ts'
import type { AccountParts } from './deps.ts'
import { takeMail } from './limits.ts'
import { mustBe, noAccount } from './profile.ts'
import { readEmail } from './sign-up.ts'
import { issueTicket, peekTicket, takeTicket, voidTicket } from './tickets.ts'

const HOURS = 24
const VERIFY_MS = HOURS * 3_600_000

/** The mailboxes of accounts: set, asked after, and proved. */
export function createVerifying(
  parts: AccountParts,
): Pick<Accounts, 'requestVerification' | 'changeEmail' | 'whoseMailbox' | 'verifyEmail'> {
  const { store, rates, clock, notices } = parts
  return {
    async requestVerification(account, { locale }) {
      const { email, emailVerifiedAt } = await mustBe(store, account.id)
      if (email === null) throw refusal('conflict', 'account.fault.noEmail')
      if (emailVerifiedAt !== null) throw refusal('conflict', 'account.fault.verified')
      mustMail(parts)
      await takeMail(rates, account, email)
      mailVerification(parts, account, email, locale)
    },
    async changeEmail({ id }, wanted, { locale, ...proof }) {
      const account = await mustBe(store, id)
      await mustBeHolder(parts, account, proof, 'password')
      const email = readEmail(wanted ?? undefined)
      if (email === account.email) return account
      if (email !== null) await takeMail(rates, account, email)
      const changed = await setMailbox(store, account, email)
      notices.tell(id, { kind: 'mailbox' }, account)
      if (email !== null) mailVerification(parts, changed, email, locale)
      return changed
    },
    whoseMailbox: (ticket) => subjectOf(store, ticket),
    async verifyEmail(ticket) {
      const subject = await subjectOf(store, ticket)
      if (!subject) throw voidTicket()
      const { account, email } = subject
      const others = await store.byMailbox(email)
      if (others.some(({ id }) => id !== account.id)) {
        throw refusal('conflict', 'account.fault.emailTaken')
      }
      await takeTicket(store, ticket, 'verify-email')
      // With the mailbox that was proved: one that was set in this moment is not.
      const emailVerifiedAt = clock.now() as Instant
      const verified = await store.update(account.id, { email, emailVerifiedAt })
      if (verified === null || verified === 'taken') throw voidTicket()
      await store.dropTickets('verify-email', subjectFor(account.id, email))
      return verified
    },
  }
}

/** Throws `wrong_state` where nothing can carry mail: whether there is such an account has no part in it. */
export function mustMail({ mails }: AccountParts): void {
  if (!mails.active) throw refusal('wrong_state', 'account.fault.noMail')
}

/** In the background: nobody waits for mail. */
export function mailVerification(
  parts: AccountParts,
  { id, username }: Account,
  email: string,
  locale: Locale,
): void {
  parts.background.run('verification', async (signal) => {
    const ticket = await issueTicket(parts, 'verify-email', subjectFor(id, email), VERIFY_MS)
    const url = `${parts.baseUrl}/verify?ticket=${ticket}`
    const mail = { kind: 'verify', locale, username, url, forHours: HOURS, to: email } as const
    await parts.mails.send(mail, signal)
  })
}

/** What was mailed to the mailbox before is void. The first one may be answered to, as one given at sign-up. */
async function setMailbox(
  store: AccountStore,
  { id, email: before, allowReplies }: Account,
  email: string | null,
): Promise<Account> {
  const first = before === null && email !== null
  const change = { email, emailVerifiedAt: null, allowReplies: first || allowReplies }
  const changed = await store.update(id, change)
  if (changed === null || changed === 'taken') throw noAccount()
  if (before !== null) await store.dropTickets('verify-email', subjectFor(id, before))
  await store.dropTickets('reset', id)
  return changed
}

/** A ticket proves one mailbox for one account. */
function subjectFor(id: AccountId, email: string): string {
  return `${id} ${email}`
}

/** Null where the ticket is void, or the account has another mailbox by now. */
async function subjectOf(
  store: AccountStore,
  ticket: string,
): Promise<{ readonly account: Account; readonly email: string } | null> {
  const found = await peekTicket(store, ticket, 'verify-email')
  const [id, email] = found?.subject.split(/ (.*)/s) ?? []
  const account = id ? await store.get(id as AccountId) : null
  return account && email && account.email === email ? { account, email } : null
}
