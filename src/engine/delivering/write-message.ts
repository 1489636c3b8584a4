import type { Account } from '#core/account.ts'
import type { Address } from '#core/address.ts'
import { DEFAULT_LOCALE, localeOf } from '#core/locale.ts'
import type { Message } from '#core/message/message.ts'
import type { LinkPreview } from '#core/preview.ts'
import type { Delivery, Share } from '#core/share.ts'
import type { Store } from '#ports/store/store.ts'
import type { Unfurler } from '#ports/unfurler.ts'
import type { Keys } from '../keys.ts'
import { within } from '../within.ts'

/** A send waits no longer than this for what the page says of itself. */
const PREVIEW_WAIT_MS = 300

/** What a message is made from besides its delivery. */
export interface MessageDeps {
  readonly store: Store
  readonly keys: Keys
  readonly unfurler: Unfurler
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
}

/** Gathers a delivery's message from the share, its sender and the page's preview. */
export async function writeMessage(deps: MessageDeps, input: MessageInput): Promise<Message> {
  const { share, delivery } = input
  const [sender, preview] = await Promise.all([
    deps.store.accounts.get(share.account),
    promptly(deps.unfurler, share),
  ])
  return {
    deliveryId: delivery.id,
    locale: localeOf(share.locale) ?? DEFAULT_LOCALE,
    address: input.address,
    recipientName: delivery.name,
    sender: senderOf(sender),
    target: share.target,
    preview,
    note: share.note,
    link: linkOf(deps, delivery),
    stop: {
      url: `${deps.baseUrl}/u/${deps.keys.stopToken(delivery.id)}`,
      oneClick: deps.signsMail && deps.baseUrl.startsWith('https:'),
      firstContact: input.firstContact,
    },
    tracked: input.tracked,
  }
}

/** The recipient's own link. */
export function linkOf(deps: { linkBaseUrl: string }, delivery: { code: string }): string {
  return `${deps.linkBaseUrl}/r/${delivery.code}`
}

function senderOf(account: Account | null): Message['sender'] {
  if (!account) return { displayName: 'Passalong', handle: '', replyTo: null }
  const email = account.emailVerifiedAt === null ? null : account.email
  return {
    displayName: account.displayName,
    handle: email ?? `@${account.username}`,
    replyTo: account.allowReplies ? email : null,
  }
}

async function promptly(unfurler: Unfurler, share: Share): Promise<LinkPreview | null> {
  if (share.target.kind === 'phone') return null
  return within(PREVIEW_WAIT_MS, unfurler.unfurl(share.target.url)).catch(() => null)
}
