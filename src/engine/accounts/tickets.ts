import { type AccountId, type RandomBytes, randomText } from '#core/ids.ts'
import { refusal } from '#core/refusal.ts'
import type { AccountStore, TicketPurpose } from '#ports/store/accounts.ts'
import { hashSecret } from '../keys.ts'

/** 32 base62 characters: 190 random bits. */
const TICKET_LENGTH = 32
const TICKET_PATTERN = /^[0-9A-Za-z]{32}$/

interface TicketDeps {
  readonly store: AccountStore
  readonly randomBytes: RandomBytes
}

/** A new one-time secret; the store keeps its hash. */
export async function issueTicket(
  { store, randomBytes }: TicketDeps,
  purpose: TicketPurpose,
  subject: string,
  ttlMs: number,
): Promise<string> {
  const ticket = randomText(TICKET_LENGTH, randomBytes)
  await store.addTicket(hashSecret(ticket), purpose, subject, ttlMs)
  return ticket
}

/** Whom it is for, where it could be used now; uses nothing up. */
export async function peekTicket(
  store: AccountStore,
  ticket: string,
  purpose: TicketPurpose,
): Promise<{ readonly subject: string } | null> {
  if (!TICKET_PATTERN.test(ticket)) return null
  if (purpose === 'first-account' && (await store.count()) > 0) return null
  return store.peekTicket(hashSecret(ticket), purpose)
}

/** Uses it up: one caller gets it, the others meet `gone`. */
export async function takeTicket(
  store: AccountStore,
  ticket: string,
  purpose: TicketPurpose,
): Promise<{ readonly subject: string }> {
  const taken = await store.takeTicket(hashSecret(ticket), purpose)
  if (!taken) throw voidTicket()
  return taken
}

/** Void: every link by which one would come to the account without its password. */
export async function dropWaysIn(store: AccountStore, id: AccountId): Promise<void> {
  await Promise.all([store.dropTickets('reset', id), store.dropTickets('sign-in', id)])
}

export function voidTicket(): Error {
  return refusal('gone', 'account.fault.ticket')
}
