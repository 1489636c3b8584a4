import type { ChannelName } from './address.ts'
import type { Identity } from './identity.ts'
import type { AccountId, ContactId, Instant } from './ids.ts'
import type { Locale } from './locale.ts'

/** A person who may share. */
export interface Account {
  readonly id: AccountId
  /** Lower-case, `[a-z0-9][a-z0-9._-]{1,31}`, unique. */
  readonly username: string
  readonly displayName: string
  readonly role: 'operator' | 'member'
  readonly email: string | null
  readonly emailVerifiedAt: Instant | null
  /** Made by the operator or the CLI: counts as verified without an email or identity. */
  readonly vouched: boolean
  /** Answers may go to the verified mailbox (Reply-To). */
  readonly allowReplies: boolean
  /** Set by the person (never guessed at creation); null: follow the browser or platform. */
  readonly locale: Locale | null
  readonly timeZone: string | null
  readonly permissions: Permissions
  readonly createdAt: Instant
}

/** What an account may do, and how much a day. The operator's numbers are not counted. */
export interface Permissions {
  /** Channels the account may use; null: all. */
  readonly channels: readonly ChannelName[] | null
  readonly messagesPerDay: number
  readonly newEndpointsPerDay: number
}

/** Of an account for which nothing else was said. */
export const DEFAULT_PERMISSIONS: Permissions = {
  channels: null,
  messagesPerDay: 2_000,
  newEndpointsPerDay: 500,
}

/**
 * May write to strangers: the operator, the vouched, and whoever proved a mailbox or an identity. A terminal's user
 * goes by a name that no platform vouches for.
 */
export function isVerified(account: Account, identities: readonly Identity[] = []): boolean {
  const isKnown = account.role === 'operator' || account.vouched || account.emailVerifiedAt !== null
  return isKnown || identities.some(({ platform }) => platform !== 'console')
}

/** A person or a group in a sender's book. */
export interface Contact {
  readonly id: ContactId
  readonly account: AccountId
  readonly kind: 'person' | 'group'
  /** Unique in the book, compared without case. A group's has no `#`. */
  readonly name: string
  /** A person's, in order: recipients in canonical writing (`bob@example.org`, `wap:+86…`, `telegram:@ann`). */
  readonly addresses: readonly string[]
  /** `first`: the first reachable address; `all`: every one. */
  readonly use: 'first' | 'all'
  /** A group's: contact names or recipients as written. */
  readonly members: readonly string[]
}

/** A contact's name as it stands among recipients, and as people read it. */
export function writtenName({ kind, name }: Pick<Contact, 'kind' | 'name'>): string {
  return kind === 'group' ? `#${name}` : name
}
