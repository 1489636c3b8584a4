import type { RecipientFault } from '../errors.ts'
import { cleanLine, shorten } from '../text.ts'
import { parseAddress } from './address.ts'
import { bookOf } from './book.ts'
import { canonicalContact, canonicalGroup } from './format.ts'
import type { RecipientContext, RecipientResult } from './recipient.ts'
import { foldWidth, unquoted } from './width.ts'

const MAX_WRITTEN = 1_000
const MAX_NAME = 64
const ALL_QUOTED = /^"((?:[^"\\]|\\.)*)"$/s
const NAMED = /^(?:"((?:[^"\\]|\\.)*)"|([^"<>]*))\s*<(.+)>$/s
const SLACK_MENTION = /^<@([^|>]+)(?:\|([^>]*))?>$/s
/** What Slack makes of a mailbox or number in a message: `<mailto:a@b.org|a@b.org>`. */
const SLACK_LINK = /^<((?:mailto|tel):[^|<>]+)\|[^<>]*>$/is
const ME = new Set(['me', '我', '我自己'])

/** Understands one recipient as a person writes it (it is not split). Never throws. */
export function parseRecipient(text: string, context: RecipientContext = {}): RecipientResult {
  if (text.length > MAX_WRITTEN) return refused('not_understood')
  const written = cleanLine(text)
  const folded = foldWidth(written)
  const allQuoted = ALL_QUOTED.exec(folded)
  if (allQuoted) return contact(unquoted(written.slice(1, -1)), context)
  if (folded.endsWith('>')) return parseNamed(written, folded, context)
  const known = context.contacts && bookOf(context.contacts).find(written)
  if (known !== undefined) return contact(known, context)
  if (ME.has(folded.toLowerCase())) return { ok: true, recipient: { kind: 'me', canonical: 'me' } }
  if (folded.startsWith('#')) return group(written.slice(1).trim())
  return parseAddress(folded, context) ?? contactByWord(written, context)
}

/** `Bob <bob@example.org>`, and the forms that Slack gives mentions and links. */
function parseNamed(written: string, folded: string, context: RecipientContext): RecipientResult {
  const mention = SLACK_MENTION.exec(folded)
  if (mention) return named(parseAddress(`slack:${mention[1]}`, context), mention[2] ?? '')
  const link = SLACK_LINK.exec(folded)?.[1]
  if (link !== undefined) return named(parseAddress(link, context), '')
  const match = NAMED.exec(folded)
  if (!match) return refused('not_understood')
  const [, inQuotes, words = ''] = match
  const name =
    inQuotes === undefined
      ? written.slice(0, words.length)
      : unquoted(written.slice(1, 1 + inQuotes.length))
  return named(parseAddress((match[3] ?? '').trim(), context), name)
}

function named(result: RecipientResult | undefined, written: string): RecipientResult {
  if (!result) return refused('not_understood')
  if (!result.ok || (result.recipient.kind !== 'address' && result.recipient.kind !== 'handle')) {
    return result
  }
  const name = shorten(cleanLine(written), MAX_NAME)
  // Mail programs repeat the address as a name; nobody is greeted by one.
  const nobody = name === '' || name.includes('@')
  return { ok: true, recipient: { ...result.recipient, name: nobody ? null : name } }
}

function contactByWord(written: string, context: RecipientContext): RecipientResult {
  const folded = foldWidth(written)
  if (folded === '' || /[@<>"#:/\\]/.test(folded)) return refused('not_understood')
  // Nobody is called so: it was meant as a number, with letters on its keys or too short.
  if (/^\+\s*\d/.test(folded)) return refused('bad_number')
  return contact(written, context)
}

function contact(written: string, context: RecipientContext): RecipientResult {
  const name = cleanLine(written)
  if (name === '') return refused('not_understood')
  const known = context.contacts ? bookOf(context.contacts).find(name) : name
  if (known === undefined) return refused('unknown_contact')
  return {
    ok: true,
    recipient: { kind: 'contact', name: known, canonical: canonicalContact(known) },
  }
}

function group(written: string): RecipientResult {
  const inQuotes = ALL_QUOTED.test(foldWidth(written))
  const name = cleanLine(inQuotes ? unquoted(written.slice(1, -1)) : written)
  if (name === '') return refused('unknown_group')
  return { ok: true, recipient: { kind: 'group', name, canonical: canonicalGroup(name) } }
}

function refused(fault: RecipientFault): RecipientResult {
  return { ok: false, fault }
}
