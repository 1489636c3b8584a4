import { type Address, endpointOf } from '#core/address.ts'
import { splitDeliveryId } from '#core/ids.ts'
import { DEFAULT_LOCALE, type Locale, localeOf } from '#core/locale.ts'
import { renderSmsAnswer } from '#core/message/answer.ts'
import type { Message, Rendered } from '#core/message/message.ts'
import { renderReplyMail } from '#core/message/reply-mail.ts'
import type { Delivery, Share } from '#core/share.ts'
import { textsFor } from '#locales/texts.ts'
import type { Channel } from '#ports/channel.ts'
import type { AnswerKind, KeptReply, OwedAnswer } from '#ports/store/replies.ts'
import type { Store } from '#ports/store/store.ts'
import { stopUrlOf } from '../delivering/write-message.ts'
import type { Keys } from '../keys.ts'
import { mailboxOf } from './mailbox.ts'

export interface WritingDeps {
  readonly store: Store
  readonly keys: Keys
  /** Origins of links in messages and of pages, without a trailing slash. */
  readonly linkBaseUrl: string
  readonly baseUrl: string
}

/** An answer that is ready to go out. */
export interface WrittenAnswer {
  readonly address: Address
  readonly rendered: Rendered
  /** Where it leads. */
  readonly link: string
}

/** Null where it can go to nobody any more: names were blanked, a mailbox is no longer the sender's or stopped. */
export function writeAnswer(
  deps: WritingDeps,
  channel: Channel,
  { kind, reply }: OwedAnswer,
): Promise<WrittenAnswer | null> {
  return kind === 'forward'
    ? writeForward(deps, channel, reply)
    : writeToRecipient(deps, kind, reply)
}

/** That the endpoint is stopped keeps nothing of this back: it is the one answer to the recipient's own word. */
async function writeToRecipient(
  deps: WritingDeps,
  kind: Exclude<AnswerKind, 'forward'>,
  { from, delivery }: KeptReply,
): Promise<WrittenAnswer | null> {
  if (from?.channel !== 'sms') return null
  const { store, baseUrl } = deps
  const share = delivery && (await shareOf(store, delivery))
  const pageUrl = delivery && stopUrlOf(deps, from.channel, delivery)
  const { host } = new URL(baseUrl)
  const locale = localeOf(share?.locale ?? '') ?? DEFAULT_LOCALE
  const rendered = renderSmsAnswer({ kind, locale, to: from.value, pageUrl, host })
  return { address: from, rendered, link: pageUrl ?? `${baseUrl}/` }
}

async function shareOf(store: Store, delivery: Delivery['id']): Promise<Share | null> {
  const id = splitDeliveryId(delivery)?.share
  return id === undefined ? null : store.shares.get(id)
}

async function writeForward(
  deps: WritingDeps,
  channel: Channel,
  { id, share: shareId, delivery: deliveryId, text }: KeptReply,
): Promise<WrittenAnswer | null> {
  const { store, baseUrl } = deps
  if (shareId === null || deliveryId === null || text === null) return null
  const [share, delivery] = await Promise.all([
    store.shares.get(shareId),
    store.deliveries.get(deliveryId),
  ])
  const account = share && (await store.accounts.get(share.account))
  const mailbox = mailboxOf(account)
  if (!share || !delivery || !account || mailbox === null) return null
  const address: Address = { channel: 'email', value: mailbox }
  if (await isStopped(deps, address)) return null
  const locale = account.locale ?? localeOf(share.locale) ?? DEFAULT_LOCALE
  const link = `${baseUrl}/shares/${share.id}`
  const who = whoOf(delivery, locale)
  const envelope = channel.render(
    envelopeOf({ share, delivery, address, locale, link, who, recipientName: account.displayName }),
  )
  if (envelope.channel !== 'email') return null
  const { title, url: target } = share.target
  const mail = { id, locale, who, text, title: title || target, url: link }
  return { address, rendered: renderReplyMail(envelope, mail), link }
}

/** A sender may be a recipient too, who wants no mail from here. */
async function isStopped({ store, keys }: WritingDeps, address: Address): Promise<boolean> {
  const standing = await store.consent.of(keys.endpoint(endpointOf(address)))
  return standing.some(({ account }) => account === null)
}

function whoOf({ name, recipient }: Delivery, locale: Locale): string {
  if (recipient === null) return textsFor(locale)('web.delivery.blanked')
  if (name === null || name === recipient) return recipient
  return textsFor(locale)('message.sender', { name, handle: recipient })
}

/** What the channel writes its envelope by. */
function envelopeOf(parts: {
  readonly share: Share
  readonly delivery: Delivery
  readonly address: Address
  readonly locale: Locale
  readonly link: string
  readonly who: string
  readonly recipientName: string
}): Message {
  const { share, delivery, address, locale, link, who, recipientName } = parts
  return {
    deliveryId: delivery.id,
    tag: '',
    locale,
    address,
    recipientName,
    sender: { displayName: who, handle: '', replyTo: null },
    target: share.target,
    preview: null,
    note: '',
    link,
    stop: { url: link, oneClick: false, firstContact: false },
    tracked: false,
  }
}
