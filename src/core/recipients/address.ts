import { parseMailbox } from './mailbox.ts'
import { looksLikePhone, parsePhoneRecipient } from './number.ts'
import { decoded, LINK, parseLink, parseMatrix, parseSlack, parseTelegram } from './platforms.ts'
import type { RecipientContext, RecipientResult } from './recipient.ts'

/** What may stand before a colon to say what kind of address follows; alternatives of a pattern. */
export const PREFIXES = 'sms|tel|wap|wap-push|mailto|email|mail|telegram|tg|slack|matrix'
const PREFIX = new RegExp(`^(${PREFIXES}):\\s*(.*)$`, 'is')

/**
 * One address on its own, without a name: folded to ASCII width, trimmed. Undefined for what is written like
 * no address (it may be a contact's name).
 */
export function parseAddress(text: string, context: RecipientContext): RecipientResult | undefined {
  if (LINK.test(text)) return parseLink(text) ?? { ok: false, fault: 'not_understood' }
  const prefixed = PREFIX.exec(text)
  if (prefixed) return parsePrefixed(prefixed[1]?.toLowerCase() ?? '', prefixed[2] ?? '', context)
  if (text.startsWith('@')) {
    return text.includes(':') ? parseMatrix(text, context) : parseHandle(text, context)
  }
  if (text.includes('@')) return parseMailbox(text)
  return looksLikePhone(text) ? parsePhoneRecipient(text, 'sms', context) : undefined
}

/** A bare `@ann` is on the platform one is on. */
function parseHandle(text: string, context: RecipientContext): RecipientResult {
  switch (context.platform) {
    case 'telegram':
      return parseTelegram(text)
    case 'slack':
      return parseSlack(text, context)
    case 'matrix':
      return context.homeserver
        ? parseMatrix(text, context)
        : { ok: false, fault: 'platform_needed' }
    case undefined:
      return { ok: false, fault: 'platform_needed' }
  }
}

function parsePrefixed(prefix: string, rest: string, context: RecipientContext): RecipientResult {
  const value = rest.trim()
  switch (prefix) {
    case 'sms':
    case 'tel':
      return parsePhoneRecipient(withoutQuery(value), 'sms', context)
    case 'wap':
    case 'wap-push':
      return parsePhoneRecipient(withoutQuery(value), 'wap-push', context)
    case 'telegram':
    case 'tg':
      return parseTelegram(telegramOf(value))
    case 'slack':
      return parseSlack(value, context)
    case 'matrix':
      return parseMatrix(value.replace(/^(?:\/\/)?u(?:ser)?\//, '@').replace(/\?.*$/s, ''), context)
    default:
      return parseMailto(value)
  }
}

function parseMailto(value: string): RecipientResult {
  const mailbox = value.includes('"') ? value : decoded(value.replace(/\?[^@]*(?:@.*)?$/s, ''))
  return mailbox.includes('@') ? parseMailbox(mailbox) : { ok: false, fault: 'bad_mailbox' }
}

function withoutQuery(value: string): string {
  return decoded(value.replace(/^\/\//, '').replace(/\?.*$/s, ''))
}

/** `tg://resolve?domain=ann` and `tg://user?id=4711` beside the plain name. */
function telegramOf(value: string): string {
  if (!value.startsWith('//')) return value
  return /^\/\/(?:resolve\?domain|user\?id)=([^&]+)/i.exec(value)?.[1] ?? ''
}
