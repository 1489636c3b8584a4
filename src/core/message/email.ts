import { cleanLine, shorten } from '../text.ts'
import { emailHtml } from './email-html.ts'
import { emailText } from './email-text.ts'
import type { Message, RenderedEmail } from './message.ts'
import { type Parts, partsOf, SERVICE } from './parts.ts'

/** Whom mail comes from, as the operator set it up. */
export interface MailIdentity {
  /** Beside the sender's name; the service's own name where none is set. */
  readonly fromName: string | null
  readonly fromAddress: string
  /** The right side of Message-IDs: a domain of ours. */
  readonly messageIdDomain: string
  /** Mail is DKIM-signed over both List headers, so that One-Click can hold. */
  readonly signed: boolean
}

/** The identity of mail from a mailbox; its Message-IDs end in the mailbox's domain. */
export function mailIdentity(
  from: { readonly name: string | null; readonly address: string },
  signed: boolean,
): MailIdentity {
  const messageIdDomain = from.address.slice(from.address.lastIndexOf('@') + 1)
  return { fromName: from.name, fromAddress: from.address, messageIdDomain, signed }
}

const MAX_SUBJECT = 150

/** The whole of a mail: both bodies and every header that is ours to choose. */
export function renderEmail(message: Message, identity: MailIdentity): RenderedEmail {
  const parts = partsOf(message)
  const service = cleanLine(identity.fromName ?? '') || SERVICE
  return {
    channel: 'email',
    to: { name: parts.recipient || null, address: message.address.value },
    from: {
      name: parts.t('message.from', { name: parts.name, service }),
      address: identity.fromAddress,
    },
    replyTo: message.sender.replyTo,
    subject: subjectOf(parts),
    text: emailText(parts, message.stop.url),
    html: emailHtml(parts, message.stop.url, message.locale),
    messageId: `<${message.deliveryId}.${message.tag}@${identity.messageIdDomain}>`,
    headers: headersOf(message, identity),
  }
}

function subjectOf(parts: Parts): string {
  const { t, name, number } = parts
  const untitled = number === '' ? parts.host || t('message.noTitle.link') : ''
  const title = parts.title || untitled || t('message.noTitle.phone')
  return shorten(t('message.subject', { name, title }), MAX_SUBJECT)
}

/**
 * One-Click is promised only where it can hold (RFC 8058: an https address, both headers signed). Where nobody
 * reads the answers, responders are asked to be quiet (RFC 3834).
 */
function headersOf(message: Message, identity: MailIdentity): Readonly<Record<string, string>> {
  const { url, oneClick } = message.stop
  const promised = oneClick && identity.signed && url.startsWith('https://')
  return {
    'List-Unsubscribe': `<${url}>`,
    ...(promised ? { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : {}),
    ...(message.sender.replyTo === null
      ? { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'OOF, AutoReply' }
      : {}),
  }
}
