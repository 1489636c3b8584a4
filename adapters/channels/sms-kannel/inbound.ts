import { createHash } from 'node:crypto'
import { cleanText } from '#core/text.ts'
import { type QueryBytes, textOf } from '../../kannel/query.ts'

/**
 * What Kannel's `get-url` has to end in, so that nothing of an inbound text is lost: `%b` is the text in the
 * bytes of `%C`.
 */
export const INBOUND_QUERY = 'from=%p&to=%P&text=%b&charset=%C&coding=%c&id=%I&ts=%T'

/** A text that a phone sent. */
export interface Inbound {
  /** As the network gave it: a number, a short code or a name. */
  readonly from: string
  readonly text: string
  /** Kannel's id of it, the same each time that it is told; made from what came where there is none. */
  readonly inboundId: string
}

const UCS2 = '2'
const LONGEST_ID = 100

/** Undefined where sender or text is missing. */
export function readInbound(query: QueryBytes): Inbound | undefined {
  const from = textOf(query.from).trim()
  if (from === '' || !query.text) return undefined
  const charset = textOf(query.charset)
  return {
    from,
    text: cleanText(decodeBytes(query.text, charset, textOf(query.coding))),
    inboundId: idOf(query),
  }
}

/**
 * The bytes as text, whatever they are: by their charset, else as UTF-8 where they are that, else one character
 * for each byte.
 */
export function decodeBytes(bytes: Uint8Array, charset: string, coding: string): string {
  const decoder = decoderOf(charset) ?? (coding === UCS2 ? new TextDecoder('utf-16be') : undefined)
  if (decoder && decoder.encoding !== 'utf-8') return decoder.decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

function decoderOf(charset: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(charset)
  } catch {
    return undefined
  }
}

function idOf(query: QueryBytes): string {
  const given = textOf(query.id)
  if (given !== '' && given.length <= LONGEST_ID && /^[\x21-\x7e]+$/.test(given)) return given
  const hash = createHash('sha256')
  for (const name of ['id', 'from', 'to', 'text', 'ts']) {
    const value = query[name] ?? new Uint8Array()
    hash.update(`${value.length}:`).update(value)
  }
  return hash.digest('hex')
}
