/** Escapes, bells and other controls, and what makes text read in another order than it stands. */
const CONTROLS = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu

/** Text of others that does nothing to a terminal but stand there; line feeds stay. */
export function printable(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(CONTROLS, (control) => (control === '\n' ? '\n' : control === '\t' ? ' ' : ''))
}

/** As `printable`, in one line. */
export function printableLine(text: string): string {
  return printable(text).replace(/\n+/g, ' ')
}

const LINKED = ['http:', 'https:', 'tel:', 'mailto:']

/** A URL as a terminal may be given it, in ASCII; undefined where it leads nowhere that a link may. */
export function linkable(url: string): string | undefined {
  const parsed = URL.parse(url)
  return parsed && LINKED.includes(parsed.protocol) ? parsed.href : undefined
}
