import type { Account } from '#core/account.ts'
import type { Address, ChannelName } from '#core/address.ts'
import { type Identity, isAtPlaceOf, PLATFORMS } from '#core/identity.ts'
import { DEFAULT_LOCALE, localeOf } from '#core/locale.ts'
import type { Message } from '#core/message/message.ts'
import type { LinkPreview } from '#core/preview.ts'
import type { Delivery, Share } from '#core/share.ts'
import type { Store } from '#ports/store/store.ts'
import type { Keys } from '../keys.ts'
import { mailboxOf } from '../replies/mailbox.ts'

/** What a message is made from besides its delivery. */
export interface MessageDeps {
  readonly store: Store
  readonly keys: Keys
  /** Origin of links and of pages, without a trailing slash. */
  readonly linkBaseUrl: string
  readonly baseUrl: string
  /** Mail that goes out is DKIM-signed, so that One-Click can hold. */
  readonly signsMail: boolean
}

interface MessageInput {
  readonly share: Share
  readonly delivery: Delivery
  readonly address: Address
  readonly firstContact: boolean
  readonly tracked: boolean
  readonly preview: LinkPreview | null
}

/** Gathers a delivery's message from the share and its sender. */
export async function writeMessage(deps: MessageDeps, input: MessageInput): Promise<Message> {
  const { share, delivery } = input
  const sender = await deps.store.accounts.get(share.account)
  const known = await identitiesAt(deps.store, sender, input.address)
  return {
    deliveryId: delivery.id,
    tag: deps.keys.messageTag(delivery.id),
    locale: localeOf(share.locale) ?? DEFAULT_LOCALE,
    address: input.address,
    recipientName: delivery.name,
    sender: senderOf(sender, known),
    target: share.target,
    preview: input.preview,
    note: share.note,
    link: linkOf(deps, delivery),
    stop: {
      url: stopUrlOf(deps, input.address.channel, delivery.id),
      oneClick: deps.signsMail && deps.baseUrl.startsWith('https:'),
      firstContact: input.firstContact,
    },
    tracked: input.tracked,
    expiresAt: share.expiresAt,
  }
}

/** The recipient's own link. */
export function linkOf(deps: { linkBaseUrl: string }, delivery: { code: string }): string {
  return `${deps.linkBaseUrl}/r/${delivery.code}`
}

/**
 * The page where the recipient chooses. Phones that know no TLS of today open what the operator made links for them
 * with; One-Click needs the https of `baseUrl`.
 */
export function stopUrlOf(
  deps: Pick<MessageDeps, 'keys' | 'linkBaseUrl' | 'baseUrl'>,
  channel: ChannelName,
  delivery: Delivery['id'],
): string {
  const isPhone = channel === 'sms' || channel === 'wap-push'
  return `${isPhone ? deps.linkBaseUrl : deps.baseUrl}/u/${deps.keys.stopToken(delivery)}`
}

/** Where the sender is known on the recipient's own platform; null: the address is on none. */
async function identitiesAt(
  { identities }: Store,
  account: Account | null,
  address: Address,
): Promise<readonly Identity[] | null> {
  const isPlatform = PLATFORMS.some((platform) => platform === address.channel)
  if (!isPlatform) return null
  if (!account) return []
  const all = await identities.ofAccount(account.id)
  return all.filter((identity) => isAtPlaceOf(identity, address))
}

/**
 * Whom messages of the account are from, as recipients read it. Beside the name stands what was proved, and what they
 * can look up themselves if possible: a handle on their own platform (`identities`), a mailbox, else the username;
 * without `@` on a platform, where that would be somebody there.
 */
export function senderOf(
  account: Account | null,
  identities: readonly Identity[] | null = null,
): Message['sender'] {
  if (!account) return { displayName: 'Passalong', handle: '', replyTo: null }
  const email = mailboxOf(account)
  const handle = identities?.find((identity) => identity.handle !== null)?.handle
  const username = identities ? account.username : `@${account.username}`
  return {
    displayName: account.displayName,
    handle: handle ? `@${handle}` : (email ?? username),
    replyTo: account.allowReplies ? email : null,
  }
}
