import type { Account, Contact } from '#core/account.ts'
import type { AccountId, ContactId, Instant } from '#core/ids.ts'

/** An account to be made. */
export interface NewAccount extends Omit<Account, 'createdAt'> {
  /** Encoded argon2id; null: signs in by one-time link only, until one is set. */
  readonly passwordHash: string | null
}

/** What is left out stays. */
export type AccountChange = Partial<Omit<Account, 'id' | 'createdAt'>> & {
  readonly passwordHash?: string
}

/** What is known of a token; the token itself is not. */
export interface ApiToken {
  readonly id: string
  readonly account: AccountId
  readonly name: string
  readonly createdAt: Instant
  readonly lastUsedAt: Instant | null
}

/** What a one-time link may do. */
export type TicketPurpose =
  | 'first-account'
  | 'reset'
  | 'sign-in'
  | 'invitation'
  | 'verify-email'
  /** A share that was offered to be passed on; `subject` is the share itself, as the engine writes it. */
  | 'offer'

/** A browser that is signed in. */
export interface StoredSession {
  readonly keyHash: string
  readonly createdAt: Instant
  readonly seenAt: Instant
  /** As it was put last; empty where it was never said. */
  readonly agent: string
}

/** Accounts with all that lets somebody act for one. */
export interface AccountStore {
  /** `first`: only while there is no account at all. Refused: the name is taken, or it was not the first. */
  create(
    account: NewAccount,
    options?: { first: boolean },
  ): Promise<Account | 'taken' | 'not-first'>
  count(): Promise<number>
  get(id: AccountId): Promise<Account | null>
  byUsername(username: string): Promise<Account | null>
  /** The first account. */
  operator(): Promise<Account | null>
  /** The stored hash, for checking a password. */
  passwordHash(id: AccountId): Promise<string | null>
  /** Whose verified mailbox it is, compared without case; as a rule one account, or none. */
  byMailbox(mailbox: string): Promise<readonly Account[]>
  /** Of every account, to refuse copies (core/names). */
  displayNames(): Promise<readonly { id: AccountId; displayName: string }[]>
  update(id: AccountId, change: AccountChange): Promise<Account | 'taken' | null>

  // Sessions. Keys are hashes of what the browser holds.
  /** `agent`: the browser and system, in words; left out: as it stands. */
  putSession(
    keyHash: string,
    account: AccountId | null,
    data: string,
    ttlMs: number,
    agent?: string,
  ): Promise<void>
  /** As `putSession`, for one that was put before. False: it ended meanwhile, and stays ended. */
  renewSession(keyHash: string, data: string, ttlMs: number, agent?: string): Promise<boolean>
  /** Notes that it was seen, at most once in ten minutes. */
  getSession(keyHash: string): Promise<{ account: AccountId | null; data: string } | null>
  dropSession(keyHash: string): Promise<void>
  /** Those that have not ended, the one seen last first. */
  sessions(account: AccountId): Promise<readonly StoredSession[]>
  /** All, or all but one. */
  dropSessions(account: AccountId, except?: string): Promise<void>

  // API tokens. Hashes only.
  addToken(token: Omit<ApiToken, 'createdAt' | 'lastUsedAt'>, hash: string): Promise<void>
  /** The token's account; notes the use, at most once a minute. */
  useToken(hash: string): Promise<{ token: ApiToken; account: Account } | null>
  tokens(account: AccountId): Promise<readonly ApiToken[]>
  revokeToken(account: AccountId, id: string): Promise<boolean>

  // One-time links. Hashes only; `subject` is the engine's: an account id, with the mailbox to verify; or empty.
  addTicket(hash: string, purpose: TicketPurpose, subject: string, ttlMs: number): Promise<void>
  /** Whether it could be used now; uses nothing up (a GET). */
  peekTicket(hash: string, purpose: TicketPurpose): Promise<{ subject: string } | null>
  /** Uses it up: one caller gets it. */
  takeTicket(hash: string, purpose: TicketPurpose): Promise<{ subject: string } | null>
  /** All of a purpose, or those of one subject. */
  dropTickets(purpose: TicketPurpose, subject?: string): Promise<void>
}

/** The books of all senders. A call sees one account's alone. */
export interface ContactStore {
  put(contact: Contact): Promise<Contact | 'taken'>
  get(account: AccountId, id: ContactId): Promise<Contact | null>
  /** By name; books are bounded (engine/contacts). */
  list(account: AccountId): Promise<readonly Contact[]>
  remove(account: AccountId, id: ContactId): Promise<boolean>
  /** The sender's own canned notes, in order. */
  notes(account: AccountId): Promise<readonly string[]>
  setNotes(account: AccountId, notes: readonly string[]): Promise<void>
}
