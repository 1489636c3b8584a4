import type { Message, RenderedWapPush } from './message.ts'
import { type Parts, partsOf } from './parts.ts'
import { shortenToFit } from './shorten.ts'

/** Bytes of UTF-8: with the link and the frame, a title of this length stays within two or three segments. */
const LONGEST_TITLE = 160
const LONGEST_NAME = 90
/** WSP push headers (content type, application id, lengths): 13 bytes behind Kannel's gateway. */
const WSP_BYTES = 13
/** WBXML of the indication around href, id and title: prologue, tags, attribute and string tokens. */
const WBXML_BYTES = 20
/** A segment holds 140 bytes; the ports take 7, concatenation another 5. */
const SINGLE_BYTES = 133
const MULTI_BYTES = 128

const utf8 = new TextEncoder()

/**
 * A Service Indication: the phone shows the title and opens the link. The indication is named by its delivery,
 * so that a recall can delete it.
 */
export function renderWapPush(message: Message): RenderedWapPush {
  const parts = partsOf(message)
  const title = titleOf(parts, message.stop.firstContact)
  const siId = message.deliveryId
  return {
    channel: 'wap-push',
    to: message.address.value,
    title,
    href: message.link,
    siId,
    action: 'signal-medium',
    segments: wapPushSegments(message.link, siId, title),
  }
}

/** The segments that a Service Indication takes, by the sizes of what is in it. */
function wapPushSegments(href: string, siId: string, title: string): number {
  const coded = href.replace(/^https?:\/\/(www\.)?/, '')
  const bytes = WSP_BYTES + WBXML_BYTES + bytesOf(coded) + bytesOf(siId) + bytesOf(title)
  return bytes <= SINGLE_BYTES ? 1 : Math.ceil(bytes / MULTI_BYTES)
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
