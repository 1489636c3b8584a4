import { foldWidth } from './width.ts'

/** A word of a line of recipients, or what quotes or angle brackets hold together. */
export interface Token {
  /** As written. */
  readonly text: string
  /** With ASCII width and quotes, as rules read it. */
  readonly folded: string
  /** A comma, semicolon, tab or line break stands before it. */
  readonly first: boolean
}

const HARD = /[,;\n\r\t\v\f\u0085\u2028\u2029、､،؛]/
const QUOTES = /"(?:[^"\\\n]|\\[^\n])*"/y
const ANGLES = /<(?:"(?:[^"\\\n]|\\[^\n])*"|[^<>"\n])*>/y

/** Cuts text at white space and separators, outside quotes and angle brackets. Linear in its length. */
export function tokenise(text: string): Token[] {
  const folded = foldWidth(text)
  const tokens: Token[] = []
  let at = 0
  let first = true
  while (at < folded.length) {
    const character = folded.charAt(at)
    if (HARD.test(character)) first = true
    if (HARD.test(character) || /\s/.test(character)) {
      at++
      continue
    }
    const end = tokenEnd(folded, at)
    tokens.push({ text: text.slice(at, end), folded: folded.slice(at, end), first })
    first = false
    at = end
  }
  return tokens
}

function tokenEnd(folded: string, start: number): number {
  let at = start
  const quoteAt = folded.charAt(at) === '#' ? at + 1 : at
  if (folded.charAt(quoteAt) === '"') at = matchEnd(QUOTES, folded, quoteAt) ?? at
  while (at < folded.length) {
    const character = folded.charAt(at)
    if (HARD.test(character) || /\s/.test(character)) return at
    if (character === '<') {
      const end = matchEnd(ANGLES, folded, at)
      if (end !== undefined) return end
    }
    at++
  }
  return at
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : undefined
}
