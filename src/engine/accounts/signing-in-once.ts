import type { Account } from '#core/account.ts'
import type { AccountId } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import type { Accounts } from '../engine.ts'
import type { AccountParts } from './deps.ts'
import { takeSignInLink } from './limits.ts'
import { mustBe } from './profile.ts'
import { issueTicket, peekTicket, takeTicket, voidTicket } from './tickets.ts'

/** As long as a link to a chat stands. */
const SIGN_IN_MS = 10 * 60_000

/** The way to the pages for who is known by a chat: without a password, or having forgotten it. */
export function createSigningInOnce(
  parts: AccountParts,
): Pick<Accounts, 'signInTicket' | 'whoseSignIn' | 'signInOnce'> {
  const { store, rates, notices } = parts
  return {
    async signInTicket({ id }) {
      const account = await mustBe(store, id)
      mayComeByLink(account)
      await takeSignInLink(rates, account)
      await store.dropTickets('sign-in', id)
      const ticket = await issueTicket(parts, 'sign-in', id, SIGN_IN_MS)
      return { ticket, forMs: SIGN_IN_MS }
    },
    async whoseSignIn(ticket) {
      const found = await peekTicket(store, ticket, 'sign-in')
      return found && store.get(found.subject as AccountId)
    },
    async signInOnce(ticket) {
      const { subject } = await takeTicket(store, ticket, 'sign-in')
      const account = await store.get(subject as AccountId)
      if (!account) throw voidTicket()
      notices.tell(account.id, { kind: 'signed-in' })
      return account
    },
  }
}

/** Whoever runs the service sees more on its pages than in a chat: they come by their password alone. */
function mayComeByLink({ role }: Account): void {
  if (role === 'operator') throw refusal('forbidden', 'account.fault.operatorLink')
}
