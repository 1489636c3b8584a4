import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser'
import type { ReceiptVerdict } from '#core/delivery.ts'
import { type DeliveryId, splitDeliveryId } from '#core/ids.ts'
import { cleanLine, shorten } from '#core/text.ts'
import { refusalOf } from './classify.ts'
import { readReply } from './reply.ts'

/** What a mail that came back says of one that went out. */
export interface Report {
  /** The Message-ID of what went out. */
  readonly messageId: string
  readonly verdict: ReceiptVerdict
}

/** What a mail that came back is; of most there is nothing to be learned. */
export type ReturnedMail =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'automatic-reply' | 'delay' | 'unknown' }

const MAX_DETAIL = 200
/** Parts and nesting are read no further: a report has three parts. */
const MAX_PARTS = 100

/**
 * Reads a mail that came to the return path: a delivery status report (RFC 3464), or Exim's older form. Automatic
 * replies (RFC 3834), reports of a delay and everything else teach nothing. Throws for what is no mail.
 */
export async function readReturnedMail(raw: Uint8Array): Promise<ReturnedMail> {
  const mail = await parse(raw)
  if (mail.headers.size === 0) throw new SyntaxError('no header')
  const statuses = await statusesOf(mail)
  const worst =
    statuses.find(({ action }) => action === 'failed') ??
    statuses.find(({ action }) => action === 'delivered')
  if (!worst) {
    if (statuses.some(({ action }) => action === 'delayed')) return { kind: 'delay' }
    return { kind: isAutomatic(mail) ? 'automatic-reply' : 'unknown' }
  }
  const messageId = await returnedId(mail)
  return messageId
    ? { kind: 'report', report: { messageId, verdict: verdictOf(worst) } }
    : { kind: 'unknown' }
}

/** A code of RFC 3463 that says more than that it failed for good (5.0.0). */
const SAYS_WHY = /^5\.(?!0\.0$)\d{1,3}\.\d{1,3}$/

/** What a report says of one recipient. */
interface Status {
  readonly action: string
  /** RFC 3463: `5.1.1`. */
  readonly status: string
  /** What the other server said, without its type: `550 5.1.1 unknown`. */
  readonly diagnostic: string
}

function verdictOf({ action, status, diagnostic }: Status): ReceiptVerdict {
  if (action === 'delivered') return { state: 'delivered', reason: null, detail: null }
  const said = readReply(diagnostic)
  const enhanced = said?.enhanced ?? (SAYS_WHY.test(status) ? status : undefined)
  const detail = shorten(cleanLine(diagnostic || status), MAX_DETAIL) || null
  // Tried until their patience ended: the mailbox may be there.
  const gaveUp = said ? said.code < 500 : !status.startsWith('5')
  if (gaveUp) return { state: 'failed', reason: 'not_reachable', detail }
  const code = said?.code ?? 554
  const refused = refusalOf(
    { code, text: diagnostic, ...(enhanced ? { enhanced } : {}) },
    'RCPT TO',
  )
  const reason = refused.reason === 'refused' ? 'bounced' : refused.reason
  return { state: 'failed', reason, detail, suppress: refused.suppress }
}

async function parse(raw: Uint8Array | string): Promise<ParsedMail> {
  return simpleParser(typeof raw === 'string' ? raw : Buffer.from(raw), {
    keepDeliveryStatus: true,
    skipHtmlToText: true,
    skipImageLinks: true,
    skipTextLinks: true,
    skipTextToHtml: true,
  })
}

async function statusesOf(mail: ParsedMail): Promise<readonly Status[]> {
  const parts = partsOf(mail, 'message/delivery-status')
  const blocks = parts.flatMap((part) => part.replaceAll('\r\n', '\n').split(/\n{2,}/))
  const read = await Promise.all(blocks.slice(0, MAX_PARTS).map(readFields))
  const statuses = read.flatMap((fields) => statusOf(fields))
  return statuses.length > 0 ? statuses : eximStatus(mail)
}

function statusOf(fields: ReadonlyMap<string, string>): readonly Status[] {
  const action = fields.get('action')?.toLowerCase()
  if (!action) return []
  const diagnostic = fields.get('diagnostic-code') ?? ''
  return [
    {
      action,
      status: fields.get('status') ?? '',
      diagnostic: diagnostic.replace(/^\s*[\w-]+\s*;\s*/, ''),
    },
  ]
}

/** What another server said, in the prose of Exim's reports. */
const SAID = /^[ \t]{0,20}(?:SMTP error from remote [^:]{1,200}:[ \t]*)?([45]\d\d[ -].*)$/
/** Exim says it near the beginning, before the copy of the mail. */
const MAX_PROSE = 16_384

/** Exim before 4.88 names who failed in a header, and says why in prose. */
function eximStatus(mail: ParsedMail): readonly Status[] {
  if (!mail.headers.has('x-failed-recipients')) return []
  const lines = (mail.text ?? '').slice(0, MAX_PROSE).split('\n')
  const said = lines.map((line) => SAID.exec(line)?.[1]).find((found) => found !== undefined)
  return [{ action: 'failed', status: '5.0.0', diagnostic: said ?? '' }]
}

/** Fields of one block, folded lines joined; the first of each name. */
async function readFields(block: string): Promise<ReadonlyMap<string, string>> {
  const { headerLines } = await parse(`${block.trim()}\n\n`)
  const fields = new Map<string, string>()
  for (const { key, line } of headerLines) {
    const value = cleanLine(line.slice(line.indexOf(':') + 1))
    if (!fields.has(key)) fields.set(key, value)
  }
  return fields
}

/** What went out, by the copy of it that came along; else by what the report answers to. Ours alone. */
async function returnedId(mail: ParsedMail): Promise<string | undefined> {
  const copies = [
    ...partsOf(mail, 'message/rfc822'),
    ...partsOf(mail, 'text/rfc822-headers'),
    ...partsOf(mail, 'message/rfc822-headers'),
  ]
  const returned = await Promise.all(copies.map((copy) => parse(headersOnly(copy))))
  const { references = [] } = mail
  const named = [
    ...returned.map(({ messageId }) => messageId),
    mail.inReplyTo,
    ...(typeof references === 'string' ? [references] : references),
  ]
  return named.find((id) => id !== undefined && isOurs(id))
}

/** `<delivery.tag@domain>` */
function isOurs(messageId: string): boolean {
  const delivery = /^<([\w-]{1,40})\.[\w-]{12}@[^\s<>]{1,255}>$/.exec(messageId)?.[1]
  return delivery !== undefined && splitDeliveryId(delivery as DeliveryId) !== undefined
}

function headersOnly(mail: string): string {
  return `${mail.split(/\r?\n\r?\n/, 1)[0] ?? ''}\n\n`
}

function partsOf(mail: ParsedMail, contentType: string): readonly string[] {
  return mail.attachments
    .slice(0, MAX_PARTS)
    .filter((part) => part.contentType.toLowerCase() === contentType)
    .map((part) => part.content.toString('utf8'))
}

/** RFC 3834, and what programs older than it write. */
function isAutomatic(mail: ParsedMail): boolean {
  const header = (name: string): string => textOf(mail.headers.get(name)).toLowerCase()
  const submitted = header('auto-submitted')
  return (
    (submitted !== '' && submitted !== 'no') ||
    /^(?:bulk|junk|list|auto_reply)$/.test(header('precedence')) ||
    ['x-autoreply', 'x-autorespond', 'x-auto-response-suppress'].some((name) =>
      mail.headers.has(name),
    )
  )
}

type HeaderValue = ReturnType<ParsedMail['headers']['get']>

function textOf(value: HeaderValue | AddressObject): string {
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null && 'value' in value ? String(value.value) : ''
}
