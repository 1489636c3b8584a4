import { parse } from 'node:querystring'

/** A query string's values as the bytes that stood there, percent-decoded and in no charset. The first of each name. */
export type QueryBytes = Readonly<Record<string, Uint8Array>>

/** Reads `?a=%90%00&b=c` whatever bytes it holds; a stray `%` stands for itself. */
export function readQuery(search: string): QueryBytes {
  const parsed = parse(search.replace(/^\?/, ''), '&', '=', { decodeURIComponent: bytesOf })
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]) => {
      const first = typeof value === 'string' ? value : (value?.[0] ?? '')
      return [name, Buffer.from(first, 'latin1')]
    }),
  )
}

/** What is read as UTF-8, for values that are ASCII where nobody forged them. */
export function textOf(value: Uint8Array | undefined): string {
  return value ? Buffer.from(value).toString('utf8') : ''
}

/** One character for each byte. */
function bytesOf(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
