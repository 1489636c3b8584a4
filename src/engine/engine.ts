/**
 * What front-ends (web, API, CLI, bots) may ask of the engine. Every method either does the whole or throws
 * a PassalongError that says what to do. An account sees its own shares alone: another's is `not_found`.
 * Sentences come in the account's `locale`; a front-end that knows the person's language better passes the
 * account with that set.
 */
import type { Account, Contact, Permissions } from '#core/account.ts'
import type { Address, ChannelName, ConnectionRef, Via } from '#core/address.ts'
import type { DeliveryState, Reason } from '#core/delivery.ts'
import type { RejectedRecipient } from '#core/errors.ts'
import type { Identity, Place, Platform, PlatformUser, PlatformUserKey } from '#core/identity.ts'
import type { AccountId, DeliveryId, Instant, ReplyId, ShareId } from '#core/ids.ts'
import type { Locale } from '#core/locale.ts'
import type { Rendered } from '#core/message/message.ts'
import type { LinkPreview } from '#core/preview.ts'
import type { Tracking } from '#core/share.ts'
import type { SmsCost } from '#core/sms-price.ts'
import type { Target } from '#core/target.ts'
import type { ChannelSink, Reach } from '#ports/channel.ts'
import type { ApiToken } from '#ports/store/accounts.ts'
import type { KeptMessage } from '#ports/store/connections.ts'
import type { Page, PageRequest } from '#ports/store/page.ts'
import type { ShareSummary } from '#ports/store/shares.ts'
import type { DeliveryVisits, Link, Visit, VisitStats } from '#ports/store/visits.ts'

/** Everything that front-ends may ask, by subject. */
export interface Engine {
  readonly sharing: Sharing
  readonly status: StatusFeed
  readonly visiting: Visiting
  readonly accounts: Accounts
  readonly linking: Linking
  readonly reaching: Reaching
  readonly contacts: Contacts
  readonly consent: Consent
  readonly health: Health
  readonly outbox: Outbox
  /** Takes what providers call back with. */
  readonly sink: ChannelSink
  /** Starts what the role of this process asks for: feeder, workers, sweeps, channels, bots. */
  start(): Promise<void>
  /** Finishes what runs, commits visits, returns leases. */
  stop(graceMs: number): Promise<void>
}

// ── Sharing ──────────────────────────────────────────────────────────────────────────────────────────────

/** Where a share came from: idempotency keys of one front-end mean nothing to another. */
export type FrontEnd = 'api' | 'web' | 'cli' | 'console' | 'telegram' | 'slack' | 'matrix'

/** What a sender asks for, as written; `understand` reads it. */
export interface ShareRequest {
  /** http(s) URL, or `tel:` URI with pauses and access code after the number. */
  readonly url: string
  /** For a national number or short code in `tel:`. */
  readonly region?: string | undefined
  readonly kind?: 'page' | 'media' | undefined
  readonly title?: string | undefined
  readonly note?: string | undefined
  /** Each element is one recipient as a person writes it; it is not split (core/recipients splits text). */
  readonly recipients: readonly string[]
  readonly sendAt?: Instant | undefined
  readonly expiresAt?: Instant | undefined
  readonly tracking?: Tracking | undefined
  /** Send to those who can be reached, name the rest. */
  readonly partial?: boolean | undefined
}

/** How a request is accepted, besides what it asks for. */
export interface AcceptOptions {
  readonly frontEnd: FrontEnd
  readonly locale: Locale
  /** Accepts one share, once. */
  readonly idempotencyKey?: string | undefined
  /** Hold for UNDO_SECONDS first (bots and web). */
  readonly undo?: boolean
}

/** A share that stands, and what was left out of it. */
export interface AcceptedShare {
  readonly share: ShareView
  readonly rejected: readonly RejectedRecipient[]
  /** Accepted before under this key. */
  readonly replayed: boolean
  readonly warnings: readonly Warning[]
  /** Of those who are written to by this; null where it is replayed. */
  readonly estimate: ShareEstimate | null
}

/** Something that a person should look at before sending; never a refusal. */
export type Warning =
  /** The host looks like another's; `ascii` is what it really is. */
  | { readonly code: 'homograph'; readonly host: string; readonly ascii: string }
  | { readonly code: 'misspelt_domain'; readonly recipient: string; readonly suggestion: string }
  /** A landline, or a number in a range that nobody is known to use: messages may not arrive. */
  | { readonly code: 'doubtful_number'; readonly recipient: string }
  /** A number to call that costs those who call it more than a call. */
  | { readonly code: 'premium_number'; readonly number: string }
  /** There is no way to send WAP pushes here: so many of them go as text messages. */
  | { readonly code: 'wap_by_sms'; readonly count: number }
  /** The note is longer than text messages may be: they end it after so many segments. */
  | { readonly code: 'note_shortened'; readonly segments: number }
  /** Links lead to this machine: only who sits at it can open them. */
  | { readonly code: 'loopback_links' }
  | { readonly code: 'connection_down'; readonly channel: ChannelName }
  | { readonly code: 'takes_long'; readonly seconds: number }

/** What would happen, for showing before Send. Nothing is stored, nothing is sent. */
export interface Draft {
  readonly target: Target
  readonly preview: LinkPreview | null
  readonly recipients: readonly DraftRecipient[]
  readonly rejected: readonly RejectedRecipient[]
  readonly warnings: readonly Warning[]
  readonly estimate: ShareEstimate
}

/** What sending takes: the cost of text messages and WAP pushes, and the time of all. */
export interface ShareEstimate extends SmsCost {
  readonly seconds: number
  /** Fewer segments may do: who was written to before, by anybody, is not told again how to stop. */
  readonly atMost: boolean
  /** Segments fewer than with quotes and dashes as they were written. */
  readonly saved: number
  /** The note is too long for text messages, and is shortened to so many segments each; null: it is whole. */
  readonly shortenedTo: number | null
}

/** Somebody whom Send would write to. */
export interface DraftRecipient {
  /** As written; several may come of one (a group). */
  readonly recipient: string
  readonly name: string | null
  readonly address: Address
  readonly via: Via
  /** The sender wrote to them before, by whatever channel and spelling. */
  readonly known: boolean
}

/** Somebody who came by an invitation that was written for another handle. */
export interface Came {
  readonly user: PlatformUser
  /** Names them in an answer: 8 of `A-Za-z0-9_-`. */
  readonly ref: string
}

/** A delivery as its sender may see it. */
export interface DeliveryView {
  readonly id: DeliveryId
  readonly recipient: string | null
  readonly name: string | null
  readonly channel: ChannelName
  /** The address's canonical value; null once blanked. */
  readonly address: string | null
  readonly state: DeliveryState
  readonly link: string
  readonly via: Via
  readonly attempts: number
  readonly tracked: boolean
  readonly firstOpenedAt: Instant | null
  readonly opens: number
  /** The open may be a scanner's: "opened, perhaps by a scanner". */
  readonly doubtful: boolean
  /** Why it stands where it stands, for people. Suppression reads as one neutral word. */
  readonly error: { readonly code: Reason; readonly detail: string } | null
  /** When it is due, while it is scheduled or to be tried again. */
  readonly dueAt: Instant | null
  readonly changedAt: Instant
  readonly replaces: DeliveryId | null
  /** Who came by its invitation, while it waits and the sender has not said whether they are who was meant. */
  readonly came: readonly Came[]
  readonly may: {
    readonly retry: boolean
    readonly cancel: boolean
    readonly recall: boolean
    readonly fix: boolean
  }
}

/** What a recipient wrote back, as the sender of what it answers may see it. */
export interface ReplyView {
  readonly id: ReplyId
  readonly at: Instant
  /** The delivery that it answers. */
  readonly delivery: DeliveryId
  /** As the sender wrote the recipient; null once blanked, as the text. */
  readonly recipient: string | null
  readonly name: string | null
  readonly channel: ChannelName
  readonly text: string | null
}

/** A share as its sender may see it, with its deliveries by number. */
export interface ShareView {
  readonly id: ShareId
  readonly target: Target
  readonly note: string
  readonly tracking: Tracking
  readonly createdAt: Instant
  readonly sendAt: Instant | null
  readonly expiresAt: Instant | null
  readonly cancelledAt: Instant | null
  readonly recalledAt: Instant | null
  readonly revision: number
  readonly deliveries: readonly DeliveryView[]
  /** Of text messages and WAP pushes that went out or will; what is only kept costs nothing. */
  readonly cost: SmsCost
}

/** What senders do with shares and deliveries. After each change the views are as it left them. */
export interface Sharing {
  /** What would come of a request: chips, warnings, cost, time. Waits 3 s at most for the preview. */
  draft(sender: Account, request: ShareRequest, options: { locale: Locale }): Promise<Draft>
  accept(sender: Account, request: ShareRequest, options: AcceptOptions): Promise<AcceptedShare>
  get(sender: Account, id: string): Promise<ShareView>
  list(sender: Account, page: PageRequest): Promise<Page<ShareSummary>>
  visits(
    sender: Account,
    id: string,
    page: PageRequest,
  ): Promise<{
    readonly visits: Page<Visit>
    readonly counters: readonly DeliveryVisits[]
    readonly stats: VisitStats
  }>
  /** What recipients wrote back, newest first. Words for the service itself (STOP, HELP) are not among it. */
  replies(sender: Account, id: string, page: PageRequest): Promise<Page<ReplyView>>
  /** What has not left yet never will; the rest goes its way. */
  cancel(sender: Account, id: string): Promise<ShareView>
  /** Kills every code, takes messages away where the platform can. */
  recall(sender: Account, id: string): Promise<ShareView>
  addRecipients(
    sender: Account,
    id: string,
    recipients: readonly string[],
    options: AcceptOptions & { readonly partial?: boolean; readonly replaces?: DeliveryId },
  ): Promise<AcceptedShare>
  retry(sender: Account, delivery: string): Promise<DeliveryView>
  cancelDelivery(sender: Account, delivery: string): Promise<DeliveryView>
  recallDelivery(sender: Account, delivery: string): Promise<DeliveryView>
  /** What went or will go out to one recipient; only the recipient's own stop token is left out. */
  rendered(sender: Account, delivery: string): Promise<Rendered>
  /** Addresses written to last, newest first. */
  recents(sender: Account): Promise<readonly { recipient: string; name: string | null }[]>
}

// ── Status ───────────────────────────────────────────────────────────────────────────────────────────────

/** A share has come to a new status revision. */
export interface StatusChange {
  readonly share: ShareId
  readonly account: AccountId
  readonly revision: number
}

/** Changes of shares as they happen in this process and others, at most a few times a second for each. */
export interface StatusFeed {
  subscribe(listener: (change: StatusChange) => void): () => void
}

// ── Visiting ─────────────────────────────────────────────────────────────────────────────────────────────

/** A request of a link, as it came by HTTP. */
export interface VisitRequest {
  readonly code: string
  readonly method: string
  /** The client's address, by TRUSTED_PROXIES; hashed, never stored. */
  readonly ip: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The signed-in account, where there is a session. */
  readonly viewer: AccountId | null
}

/** What a visitor is shown. */
export type VisitAnswer =
  | { readonly kind: 'redirect'; readonly location: string }
  /** A media or phone target: its page is shown. */
  | { readonly kind: 'page'; readonly link: Link }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'gone'; readonly why: 'expired' | 'recalled' }

/** What recipients and their programs do: follow links. */
export interface Visiting {
  /**
   * The answer at once where the code is known here, fresh and leads to a page, else undefined: ask `visit`.
   * The promise resolves when the visit is durable. Allocates little; this is the hot path.
   */
  quick(request: VisitRequest): Promise<string> | undefined
  visit(request: VisitRequest): Promise<VisitAnswer>
  /** Visits answered but not stored: the store and the spool both failed. */
  unrecorded(): number
}

// ── Accounts ─────────────────────────────────────────────────────────────────────────────────────────────

/** What a new account is made of; without a password it waits for a one-time link. */
export interface SignUp {
  readonly username: string
  readonly displayName?: string | undefined
  readonly password?: string | undefined
  readonly email?: string | undefined
}

/** Where somebody is signed in. */
export interface SessionInfo {
  /** Names it; is no secret: the hash of what the browser holds (keys, hashSecret). */
  readonly id: string
  readonly createdAt: Instant
  readonly seenAt: Instant
  /** The browser and system, in words: `Firefox, Linux`. */
  readonly agent: string
}

/** Who may share. Faults of what a person wrote are `invalid_field`, `name_taken` or `weak_password`. */
export interface Accounts {
  count(): Promise<number>
  get(id: AccountId): Promise<Account | null>
  byUsername(username: string): Promise<Account | null>
  /** The first account, null while there is none. */
  operator(): Promise<Account | null>
  /** By the operator or the CLI: vouched for. The very first becomes the operator. */
  create(signUp: SignUp, permissions?: Partial<Permissions>): Promise<Account>
  /** The first account, by the one-time link; the link is used up with it. */
  createFirst(ticket: string, signUp: SignUp): Promise<Account>
  /**
   * A new one-time secret for the first account; null when there is an account. Earlier ones are void, or stand
   * beside it until the account is made, where several processes each show one.
   */
  firstAccountTicket(earlier: 'void' | 'stand'): Promise<string | null>
  /** Null for a wrong name or password, in the same time for both. Rates: `rate_limited`. */
  signIn(username: string, password: string, ip: string): Promise<Account | null>
  /**
   * A one-time secret with which the account signs in on the pages, for a few minutes: to be shown to its holder
   * alone. An earlier one is void. Not for the operator (`forbidden`), who signs in by the password. Rates.
   */
  signInTicket(account: Account): Promise<{ readonly ticket: string; readonly forMs: number }>
  /** Whom it would sign in; null: used, run out, no such. Uses nothing up. */
  whoseSignIn(ticket: string): Promise<Account | null>
  /** Uses the ticket up. */
  signInOnce(ticket: string): Promise<Account>
  /** A one-time secret with which the account sets a new password. */
  resetTicket(username: string): Promise<string>
  peekTicket(ticket: string, purpose: 'first-account' | 'reset' | 'invitation'): Promise<boolean>
  /** Whether somebody without an account may make one now: anybody, or who was invited. */
  readonly signUp: 'invite' | 'open' | 'closed'
  /** An invitation to make an account, for one person; from a verified account, a few a day. */
  invite(by: Account): Promise<{ readonly ticket: string; readonly forMs: number }>
  /** By an invitation, or by anybody where sign-up is open. A mailbox is not verified by it. Rates by client. */
  register(
    signUp: SignUp,
    options: { readonly invitation: string | null; readonly ip: string; readonly locale: Locale },
  ): Promise<Account>
  /** Sends mail to the account's mailbox, by which it is verified. Rates. */
  requestVerification(account: Account, options: { readonly locale: Locale }): Promise<void>
  /**
   * Sets a mailbox, not verified yet, and sends it mail. Null: none. An account without a password proves itself by
   * its session, as for its first password.
   */
  changeEmail(
    account: Account,
    email: string | null,
    options: {
      readonly password: string
      readonly session?: string | undefined
      readonly locale: Locale
    },
  ): Promise<Account>
  /** The account and mailbox that a ticket would verify; null: used, run out, no such. Uses nothing up. */
  whoseMailbox(
    ticket: string,
  ): Promise<{ readonly account: Account; readonly email: string } | null>
  /** Uses the ticket up. */
  verifyEmail(ticket: string): Promise<Account>
  /** Sends mail to the verified mailbox of whoever goes by that name or mailbox. Says the same in every case. */
  requestReset(
    nameOrEmail: string,
    options: { readonly ip: string; readonly locale: Locale },
  ): Promise<void>
  /** False: made in a chat or by the operator, and none was set yet. */
  hasPassword(account: AccountId): Promise<boolean>
  /**
   * Ends every session but that one, by its id. An account without a password sets its first one, in a session that
   * was begun within the hour (`forbidden`).
   */
  changePassword(
    account: Account,
    passwords: { readonly old: string; readonly fresh: string },
    session: string,
  ): Promise<void>
  sessions(account: AccountId): Promise<readonly SessionInfo[]>
  endSession(account: AccountId, id: string): Promise<boolean>
  /** Uses the ticket up, sets the password and ends every session. */
  resetPassword(ticket: string, password: string): Promise<Account>
  update(
    id: AccountId,
    change: {
      displayName?: string
      allowReplies?: boolean
      locale?: Locale | null
      timeZone?: string | null
    },
  ): Promise<Account>
  createToken(account: AccountId, name: string): Promise<{ token: string; info: ApiToken }>
  tokens(account: AccountId): Promise<readonly ApiToken[]>
  revokeToken(account: AccountId, id: string): Promise<boolean>
  /** The account and token behind a bearer token, or null. */
  authenticate(token: string): Promise<{ account: Account; token: ApiToken } | null>
}

// ── Linking ──────────────────────────────────────────────────────────────────────────────────────────────

/** A user of a platform came to act for an account, or no longer does. */
export interface LinkChange {
  readonly kind: 'linked' | 'unlinked'
  readonly user: PlatformUser
  readonly account: AccountId
  /** Where the last step was done: the other side has to be told. */
  readonly by: 'chat' | 'page'
}

/** A link that was begun elsewhere, as the second side is shown it before it agrees. */
export interface LinkOffer {
  readonly account: Account | null
  readonly user: PlatformUser | null
  /** The account that the user acts for now, where it is another: agreeing moves them. */
  readonly movesFrom: Account | null
}

/** The PIN to show at the second side; it is typed at the first. */
export interface LinkPin {
  /** Six digits. */
  readonly pin: string
  readonly account: Account
  readonly user: PlatformUser
  readonly forMs: number
}

/**
 * Users of platforms and accounts, linked from either side: a one-time secret goes from the first side to the second,
 * which agrees and is shown a PIN, and the PIN is typed at the first. So a secret or a PIN that is sent to a victim
 * gains nothing. Ten minutes, five tries, twenty tries a day for each account and each user. Faults are `gone` (used,
 * expired, no such), `conflict` (the user acts for another account and did not agree to move), `invalid_field`
 * (wrong PIN; its values say how many tries are left), `forbidden` (somebody else's), `rate_limited`.
 */
export interface Linking {
  /** The account that a user acts for. */
  accountOf(user: PlatformUserKey): Promise<Account | null>
  identities(account: AccountId): Promise<readonly Identity[]>
  /** Notes how a linked user shows themselves now. */
  seen(user: PlatformUser): Promise<void>

  /** From a chat: the secret for the page. `move`: the user agreed to leave the account that they act for. */
  beginInChat(
    user: PlatformUser,
    options: { readonly move: boolean },
  ): Promise<{ readonly secret: string; readonly forMs: number }>
  /** What the page shows before its confirming POST; null: used, expired, no such. Changes nothing. */
  offerOnPage(secret: string): Promise<LinkOffer | null>
  agreeOnPage(secret: string, account: Account): Promise<LinkPin>
  /** The PIN, typed in the private chat. */
  finishInChat(user: PlatformUser, pin: string): Promise<Account>
  /** Whether a PIN is waited for in this user's chat. */
  awaitsPin(user: PlatformUserKey): Promise<boolean>

  /** From a page: the secret for a chat, at most 64 of `A-Za-z0-9_-`. */
  beginOnPage(
    account: Account,
    platform: Platform,
  ): Promise<{ readonly secret: string; readonly forMs: number }>
  offerInChat(secret: string, user: PlatformUser): Promise<LinkOffer | null>
  agreeInChat(
    secret: string,
    user: PlatformUser,
    options: { readonly move: boolean },
  ): Promise<LinkPin>
  /** The PIN, typed on the page. */
  finishOnPage(account: Account, pin: string): Promise<Identity>

  /** Where sign-up allows: an account of one's own, made of the identity, and linked. */
  createAccount(user: PlatformUser, options: { readonly locale: Locale }): Promise<Account>
  mayCreateAccount(): boolean
  /** Nobody could come to the account any more once they are unlinked: no password, no mailbox, no other chat. */
  isLastWayIn(user: PlatformUserKey, account: Account): Promise<boolean>
  /** False: they were not linked to it. */
  unlink(user: PlatformUserKey, account: AccountId, by: LinkChange['by']): Promise<boolean>
  /** In this process. */
  subscribe(listener: (change: LinkChange) => void): () => void
}

// ── Reaching ─────────────────────────────────────────────────────────────────────────────────────────────

/** Something that waits for a person to come. */
export interface WaitingShare {
  readonly delivery: DeliveryId
  readonly sender: string
  readonly title: string
}

/** What coming by an invitation led to. */
export type InvitationAnswer =
  /** What it invited to is on its way to them. */
  | { readonly kind: 'sent'; readonly sender: string }
  /** They came by it before, and what it invited to went to them. */
  | { readonly kind: 'before'; readonly sender: string }
  /** It is their own, to be given to whom they meant. */
  | { readonly kind: 'own' }
  /** It was written for another handle: the sender is asked first. */
  | { readonly kind: 'asked'; readonly sender: string }
  /** They want no messages: they resume first, and come by it again. */
  | { readonly kind: 'stopped'; readonly sender: string }
  /** Used, taken back, expired, or no invitation of ours. */
  | { readonly kind: 'void' }

/** The sender is asked whether who came by an invitation is who was meant. */
export interface InvitationQuestion {
  readonly delivery: DeliveryId
  readonly account: AccountId
  /** As the sender wrote them. */
  readonly recipient: string
  readonly came: PlatformUser
  /** Names them in the answer: 8 of `A-Za-z0-9_-`. */
  readonly ref: string
}

/** What came of the sender's answer. The first one counts, wherever it was given; the same again says the same. */
export type Confirmed =
  /** It is on its way to them. */
  | 'sent'
  /** They get nothing. The invitation is still good for who was meant. */
  | 'refused'
  /** The question had been answered otherwise, or is no more: nothing changed. */
  | 'answered'

/** People whom a platform lets nobody write to before they have come to the bot. */
export interface Reaching {
  /** They came, and can be written to there (null: not, or no longer). Wakes nothing by itself. */
  met(user: PlatformUser, reach: Reach | null): Promise<void>
  /** What waits for them, the oldest first, at most `limit`. */
  waitingFor(user: PlatformUser, limit: number): Promise<readonly WaitingShare[]>
  /** Sends them what waits; returns how many. */
  show(user: PlatformUser): Promise<number>
  /** One's own stop, or its end, for everything on this platform. */
  choose(user: PlatformUserKey, choice: 'stop' | 'resume'): Promise<void>
  hasStopped(user: PlatformUserKey): Promise<boolean>

  /** For a delivery that waits: an opaque text for `BotPlatform.startUrl`, good for one person. */
  invite(sender: Account, delivery: string): Promise<string>
  /** After `met`: who cannot be written to is sent nothing. */
  comeBy(invitation: string, user: PlatformUser): Promise<InvitationAnswer>
  /** The sender's answer to the question. `ref`: who came, as the question names them. */
  confirm(
    sender: Account,
    delivery: string,
    said: { readonly ref: string; readonly yes: boolean },
  ): Promise<Confirmed>
  /** As soon as it comes up in this process; whatever is missed so is `unasked`. */
  onQuestion(listener: (question: InvitationQuestion) => void): () => void
  /** Questions that stand, and were not put at a place yet, whichever process they came up in; page by page. */
  unasked(
    place: Place,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<{ readonly questions: readonly InvitationQuestion[]; readonly next: string | null }>
  /** The sender sees the question there: it is not put there again. */
  asked(question: InvitationQuestion, place: Place): Promise<void>

  /** What a sender passes on by hand, with the recipient's own link in it. */
  handOver(
    sender: Account,
    delivery: string,
  ): Promise<{ readonly text: string; readonly link: string }>
  /** They did: `accepted`, by `carry`. */
  handedOver(sender: Account, delivery: string): Promise<void>
  /**
   * A link to pass on in any chat, before anybody knows whether it will be: the share comes to stand when it is
   * taken, or first followed, and else never was.
   */
  offer(
    sender: Account,
    request: Pick<ShareRequest, 'url' | 'title' | 'note'>,
    options: AcceptOptions,
  ): Promise<{
    readonly token: string
    readonly target: Target
    readonly text: string
    readonly link: string
  }>
  takeOffer(sender: Account, token: string): Promise<ShareView | null>
}

// ── Contacts, consent, health, outbox ────────────────────────────────────────────────────────────────────

/** A person or a group as the sender writes it; faults name the field. */
export interface ContactInput {
  readonly kind: 'person' | 'group'
  readonly name: string
  readonly addresses?: readonly string[] | undefined
  readonly use?: 'first' | 'all' | undefined
  readonly members?: readonly string[] | undefined
}

/** The sender's own book, and canned notes. */
export interface Contacts {
  list(account: AccountId): Promise<readonly Contact[]>
  get(account: AccountId, id: string): Promise<Contact>
  create(account: AccountId, input: ContactInput): Promise<Contact>
  replace(account: AccountId, id: string, input: ContactInput): Promise<Contact>
  remove(account: AccountId, id: string): Promise<void>
  /** The sender's own canned notes, else some to start with in the language. */
  notes(account: AccountId, locale?: Locale): Promise<readonly string[]>
  setNotes(account: AccountId, notes: readonly string[]): Promise<void>
}

/** What a recipient sees and chooses at `/u/<token>`. */
export interface ConsentView {
  readonly senderName: string
  readonly sender: AccountId
  /** Masked, `b…@example.org`; null once blanked. */
  readonly address: string | null
  readonly channel: ChannelName
  readonly stopped: 'all' | 'sender' | 'no'
  readonly untracked: boolean
  readonly locale: Locale
}

/** `resume` lifts the stop for all senders and the one for this sender. */
export type ConsentChoice = 'stop-all' | 'stop-sender' | 'resume' | 'untrack' | 'track'

/** What recipients choose, by the `/u` token in their message. */
export interface Consent {
  /** Null: no such token. Changes nothing. */
  view(token: string): Promise<ConsentView | null>
  choose(token: string, choice: ConsentChoice): Promise<ConsentView | null>
}

/** How a channel does, as senders may know it. */
export interface ChannelHealth {
  readonly channel: ChannelName
  readonly configured: boolean
  readonly via: Via | null
  readonly healthy: boolean
  /** Why it is paused, for people. */
  readonly paused: { readonly since: Instant; readonly detail: string } | null
}

/** Whether channels and the service itself work. */
export interface Health {
  channels(): Promise<readonly ChannelHealth[]>
  /** Asks now every connection that is down whether it is back; otherwise each is asked every minute. */
  probe(): Promise<void>
  /** A bot's own access was refused, as a send may find it: its channel pauses, and the operator is told. */
  down(connection: ConnectionRef, detail: string): Promise<void>
  /** Throws where requests cannot be served. */
  ready(): Promise<void>
}

/** Messages that were kept instead of sent; for the operator. */
export interface Outbox {
  /** Whether it stands in for anything. */
  readonly active: boolean
  page(request: PageRequest): Promise<Page<KeptMessage>>
  /** One message, for a page that shows its HTML alone. Null: nothing is kept of that delivery. */
  get(delivery: string): Promise<KeptMessage | null>
}
