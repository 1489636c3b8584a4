import { TextDecoder } from 'node:util'

/** How much of a page may stand before it names its charset (the HTML standard says 1,024 bytes). */
export const SNIFFED_BYTES = 1_024

const META = /<meta[^>]{0,300}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w:.-]{1,40})/i

/**
 * A decoder for a page, from its byte order mark, its `Content-Type`, or its first `<meta charset>`; what says
 * nothing is UTF-8, or Windows-1252 where it cannot be.
 */
export function decoderFor(start: Uint8Array, contentType: string): TextDecoder {
  return (
    decoder(byteOrderMark(start)) ??
    decoder(/charset\s*=\s*["']?([\w:.-]{1,40})/i.exec(contentType)?.[1]) ??
    decoder(metaCharset(start)) ??
    new TextDecoder(isUtf8(start) ? 'utf-8' : 'windows-1252')
  )
}

function decoder(label: string | undefined): TextDecoder | undefined {
  if (label === undefined) return undefined
  try {
    return new TextDecoder(label)
  } catch {
    return undefined
  }
}

function byteOrderMark(start: Uint8Array): string | undefined {
  const [a, b, c] = start
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  return a === 0xff && b === 0xfe ? 'utf-16le' : undefined
}

/** A page whose meta element can be read as ASCII is not in UTF-16, whatever it says. */
function metaCharset(start: Uint8Array): string | undefined {
  const label = META.exec(Buffer.from(start).toString('latin1'))?.[1]
  return label && /^utf-?16/i.test(label) ? 'utf-8' : label
}

/** The last character may be cut. */
function isUtf8(start: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true })
    return true
  } catch {
    return false
  }
}
