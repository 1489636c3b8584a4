import { readPhoneNumber } from '../phone-number.ts'
import { PREFIXES } from './address.ts'
import { bookOf } from './book.ts'
import type { RecipientContext } from './recipient.ts'
import { type Token, tokenise } from './tokens.ts'

const NUMBER_START = /^(?:(?:sms|tel|wap|wap-push):)?(?:\+|[+(]*\d)[\d().\-/]*$/i
const NUMBER_GOES_ON = /^[\d().\-/]+$/
const PREFIX_ALONE = new RegExp(`^(?:${PREFIXES}):$`, 'i')
/** An E.164 number has 15 digits; a few more are dialled before it. */
const MAX_DIGITS = 18
const MAX_PARTS = 8
/** A word with as many digits may be a number of its own. */
const OWN_NUMBER_DIGITS = 7

/**
 * Cuts a line of recipients into single ones, as written. Commas, semicolons, tabs and line breaks always
 * separate; at spaces, what belongs together is taken longest first: a number in parts, `Bob Lee <…>`, a
 * contact's name of several words (those in `context.contacts`).
 */
export function splitRecipients(text: string, context: RecipientContext = {}): string[] {
  const tokens = tokenise(text)
  const named = namedUpTo(tokens)
  const recipients: string[] = []
  for (let at = 0; at < tokens.length; ) {
    const length = groupLength(tokens, at, named[at] ?? 0, context)
    recipients.push(joined(tokens.slice(at, at + length)))
    at += length
  }
  return recipients
}

function groupLength(
  tokens: readonly Token[],
  at: number,
  named: number,
  context: RecipientContext,
): number {
  if (named > 1) return named
  const run = runOf(tokens, at)
  return Math.max(1, contactLength(run, context), numberLength(run, context))
}

function joined(tokens: readonly Token[]): string {
  return tokens.map((token) => token.text).join(' ')
}

/** The tokens from `at` up to the next separator, no more than any recipient needs. */
function runOf(tokens: readonly Token[], at: number): readonly Token[] {
  let end = at + 1
  while (end < tokens.length && end < at + MAX_PARTS + 2 && tokens[end]?.first === false) end++
  return tokens.slice(at, end)
}

/**
 * For each token, how many from it on are one `Name Name <address>`: plain words, then angle brackets.
 * Found from the end, so that no word is looked at twice.
 */
function namedUpTo(tokens: readonly Token[]): readonly number[] {
  const lengths = new Array<number>(tokens.length).fill(0)
  for (let at = tokens.length - 1; at >= 0; at--) {
    const token = tokens[at] as Token
    const next = tokens[at + 1]
    if (token.folded.endsWith('>') && token.folded.includes('<')) lengths[at] = 1
    else if (next && !next.first && lengths[at + 1] && isNameWord(token.folded)) {
      lengths[at] = (lengths[at + 1] ?? 0) + 1
    }
  }
  return lengths
}

/** Whether a word may be part of a name: neither an address nor a number nor a group. */
function isNameWord(word: string): boolean {
  if (word.startsWith('"')) return word.endsWith('"')
  return !/[@#:<>/\\"]/.test(word) && !/^[+(]*\d/.test(word) && /[\p{L}\p{N}&.-]/u.test(word)
}

function contactLength(run: readonly Token[], context: RecipientContext): number {
  if (!context.contacts) return 0
  const book = bookOf(context.contacts)
  if (run.length < 2 || !book.begins(run[0]?.text ?? '')) return 0
  for (let length = Math.min(run.length, book.words); length > 1; length--) {
    if (book.find(joined(run.slice(0, length))) !== undefined) return length
  }
  return 0
}

function numberLength(run: readonly Token[], context: RecipientContext): number {
  const prefix = PREFIX_ALONE.test(run[0]?.folded ?? '') && run.length > 1 ? 1 : 0
  const parts = numberParts(run.slice(prefix))
  return (
    prefix + (prefix === 1 ? Math.max(1, bestNumber(parts, context)) : bestNumber(parts, context))
  )
}

/** The words that could be one number, without a prefix. */
function numberParts(words: readonly Token[]): readonly string[] {
  const [start, ...more] = words.map((word) => word.folded)
  if (start === undefined || !NUMBER_START.test(start)) return []
  const parts = [start.replace(/^[a-z-]+:/i, '')]
  let digits = digitsIn(start)
  for (const word of more) {
    digits += digitsIn(word)
    if (!NUMBER_GOES_ON.test(word) || digits > MAX_DIGITS || parts.length >= MAX_PARTS) break
    parts.push(word)
  }
  return parts
}

/** How many of the parts make the longest number that there is; else those that look like one. */
function bestNumber(parts: readonly string[], context: RecipientContext): number {
  if (parts.length < 2) return parts.length
  const readable = /^(?:\+|00)/.test(parts[0] ?? '') || context.defaultRegion !== undefined
  let possible = 0
  for (let length = parts.length; readable && length > 0; length--) {
    const text = parts.slice(0, length).join(' ')
    if (digitsIn(text) < OWN_NUMBER_DIGITS) break
    const number = readPhoneNumber(text, context.defaultRegion)
    if (number?.valid) return length
    if (number && possible === 0) possible = length
  }
  if (possible > 0) return possible
  return partsWithoutOwnNumbers(parts)
}

function partsWithoutOwnNumbers(parts: readonly string[]): number {
  const own = parts.findIndex((part, index) => index > 0 && digitsIn(part) >= OWN_NUMBER_DIGITS)
  return own === -1 ? parts.length : own
}

function digitsIn(text: string): number {
  return text.replace(/\D/g, '').length
}
