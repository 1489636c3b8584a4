import type { Account } from '#core/account.ts'
import { refusal } from '#core/refusal.ts'
import type { AccountStore, NewAccount } from '#ports/store/accounts.ts'
import type { Accounts } from '../engine.ts'
import { hashSecret } from '../keys.ts'
import type { AccountParts } from './deps.ts'
import { mayMail, takeInvitation, takeSignUp } from './limits.ts'
import { mustHavePassword, nameTaken, newAccount } from './making.ts'
import { mustHaveTime } from './passwords.ts'
import { isProven } from './proven.ts'
import { checkSignUp } from './sign-up.ts'
import { issueTicket, peekTicket, takeTicket, voidTicket } from './tickets.ts'
import { mailVerification } from './verifying.ts'

const INVITATION_MS = 7 * 24 * 3_600_000

/** People make accounts of their own: by an invitation or, where sign-up is open, without. */
export function createRegistering(
  parts: AccountParts,
): Pick<Accounts, 'signUp' | 'invite' | 'register'> {
  const { store, rates, signUp } = parts
  return {
    signUp,
    async invite(by) {
      if (signUp === 'closed') throw refusal('forbidden', 'account.fault.closed')
      if (!(await isProven(parts, by))) throw refusal('unverified', 'account.fault.unverified')
      await takeInvitation(rates, by)
      const ticket = await issueTicket(parts, 'invitation', by.id, INVITATION_MS)
      return { ticket, forMs: INVITATION_MS }
    },
    async register(wanted, { invitation, ip, locale }) {
      await mayRegister(parts, invitation)
      await takeSignUp(rates, ip)
      mustHavePassword(wanted.password)
      const checked = await checkSignUp(wanted, store, { staff: false })
      if (await store.byUsername(checked.username)) throw nameTaken()
      mustHaveTime(parts.passwords)
      const account = await makeMember(parts, await newAccount(parts, checked), invitation)
      const { email } = account
      if (email !== null && (await mayMail(rates, email))) {
        mailVerification(parts, account, email, locale)
      }
      return account
    },
  }
}

/** Uses nothing up. */
async function mayRegister(
  { store, signUp }: AccountParts,
  invitation: string | null,
): Promise<void> {
  if (signUp === 'closed') throw refusal('forbidden', 'account.fault.closed')
  if (signUp === 'invite') {
    if (invitation === null) throw refusal('forbidden', 'account.fault.invitationNeeded')
    if (!(await peekTicket(store, invitation, 'invitation'))) throw voidTicket()
  }
  // The first account is the operator's, who proves to own the service.
  if ((await store.count()) === 0) throw refusal('forbidden', 'account.fault.noOperator')
}

async function makeMember(
  { store, signUp }: AccountParts,
  account: NewAccount,
  invitation: string | null,
): Promise<Account> {
  const isOpen = signUp === 'open' || invitation === null
  const made = isOpen ? await store.create(account) : await createBy(store, invitation, account)
  if (typeof made === 'string') throw nameTaken()
  return made
}

/** An account alone uses the invitation up: where its name was taken meanwhile, the invitation is good again. */
async function createBy(store: AccountStore, invitation: string, account: NewAccount) {
  const { subject } = await takeTicket(store, invitation, 'invitation')
  const made = await store.create(account)
  if (made === 'taken') {
    await store.addTicket(hashSecret(invitation), 'invitation', subject, INVITATION_MS)
  }
  return made
}
