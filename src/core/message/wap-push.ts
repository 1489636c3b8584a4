import type { Message, RenderedWapPush } from './message.ts'
import { type Parts, partsOf } from './parts.ts'
import { shortenToFit } from './shorten.ts'

/** Bytes of UTF-8: with the link and the frame, a title of this length stays within two or three segments. */
const LONGEST_TITLE = 160
const LONGEST_NAME = 90
/** A segment holds 140 bytes; the ports take 7, concatenation another 5. */
const SINGLE_BYTES = 133
const MULTI_BYTES = 128

const utf8 = new TextEncoder()

/** What the indication itself says. */
type Push = Omit<RenderedWapPush, 'channel' | 'to' | 'segments'>

/**
 * A Service Indication: the phone shows the title and opens the link. The indication is named by its delivery,
 * so that a recall can delete it.
 */
export function renderWapPush(message: Message): RenderedWapPush {
  const parts = partsOf(message)
  const title = titleOf(parts, message.stop.firstContact)
  const push = {
    title,
    href: message.link,
    siId: message.deliveryId,
    action: 'signal-medium',
    expiresAt: message.expiresAt ?? null,
  } as const
  return {
    channel: 'wap-push',
    to: message.address.value,
    ...push,
    segments: wapPushSegments(push),
  }
}

/** An indication that takes the one of the same id from the phone. */
export function deleteWapPush(to: string, siId: string): RenderedWapPush {
  const push = { title: '', href: '', siId, action: 'delete', expiresAt: null } as const
  return { channel: 'wap-push', to, ...push, segments: wapPushSegments(push) }
}

/** The segments that a Service Indication takes, to the byte as Kannel's gateway writes it. */
function wapPushSegments(push: Push): number {
  const body = indicationBytes(push)
  const bytes = pushHeaderBytes(body) + body
  return bytes <= SINGLE_BYTES ? 1 : Math.ceil(bytes / MULTI_BYTES)
}

/**
 * WSP (WAP-230, 8.2.4.1): transaction, type, length of the headers; content type (1), encoding version (2), and
 * content length in as many bytes as it takes.
 */
function pushHeaderBytes(body: number): number {
  const length = body < 0x80 ? 2 : body < 0x100 ? 3 : 4
  return 3 + 1 + 2 + length
}

/** Prologue, two tags, the ends of the attributes and of the tags. */
const FRAME_BYTES = 4 + 2 + 3
/** A token and a zero around the text. */
const STRING_BYTES = 2
/** An attribute, a token and a length before the digits of a time, two to a byte, without zeros at its end. */
const DATE_BYTES = 3
const LONGEST_DATE = DATE_BYTES + 7
/** There are tokens for a link's beginning, and for the first of these in it (WAP-167, 9.3). */
const LINK_START = /^https?:\/\/(?:www\.)?/
const LINK_TOKEN = /\.(?:com|edu|net|org)\//

/** WBXML of the indication (WAP-167, 9). When it will be created is not known yet: a time of all digits. */
function indicationBytes({ title, href, siId, expiresAt }: Push): number {
  const named = 1 + stringBytes(siId)
  const action = 1
  const expires = expiresAt === null ? 0 : dateBytes(expiresAt)
  return (
    FRAME_BYTES + linkBytes(href) + named + action + LONGEST_DATE + expires + stringBytes(title)
  )
}

function linkBytes(href: string): number {
  if (href === '') return 0
  const rest = href.replace(LINK_START, '')
  const token = LINK_TOKEN.exec(rest)
  if (!token) return 1 + stringBytes(rest)
  const after = rest.slice(token.index + token[0].length)
  return 1 + stringBytes(rest.slice(0, token.index)) + 1 + stringBytes(after)
}

function dateBytes(at: number): number {
  const digits = new Date(at).toISOString().replace(/\D/g, '').slice(0, 14)
  return DATE_BYTES + digits.replace(/(?:00)+$/, '').length / 2
}

function stringBytes(text: string): number {
  return text === '' ? 0 : STRING_BYTES + bytesOf(text)
}

function titleOf(parts: Parts, firstContact: boolean): string {
  const { t, number } = parts
  const sender = shortenToFit(parts.sender, (text) => bytesOf(text) <= LONGEST_NAME)
  const stop = firstContact ? t('message.wap.stop') : ''
  const write = (text: string): string =>
    [t('message.says', { sender, text }).trimEnd(), number, stop && `(${stop})`]
      .filter(Boolean)
      .join(' ')
  const said = (parts.note || parts.title || parts.host).replaceAll('\n', ' ')
  const fits = (text: string): boolean => bytesOf(write(text)) <= LONGEST_TITLE
  return write(shortenToFit(said, fits, LONGEST_TITLE))
}

function bytesOf(text: string): number {
  return utf8.encode(text).length
}
