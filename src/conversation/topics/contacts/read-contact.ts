import type { Contact } from '#core/account.ts'
import { PREFIXES } from '#core/recipients/address.ts'
import { parseRecipient } from '#core/recipients/parse.ts'
import type { RecipientContext } from '#core/recipients/recipient.ts'
import { splitRecipients } from '#core/recipients/split.ts'
import { cleanLine } from '#core/text.ts'
import type { ContactInput } from '#engine/engine.ts'

/**
 * A contact as people write it: `Bob Lee: bob@example.org, +86 138 0013 8000`, or without the colon where the first
 * address tells where the name ends. Undefined where no name or nothing behind it is written.
 */
export function readContact(
  kind: Contact['kind'],
  written: string,
  context: RecipientContext,
): ContactInput | undefined {
  const [name, rest] = atColon(written) ?? atFirstAddress(written, context)
  if (!/[\p{L}\p{N}]/u.test(name) || rest === '') return undefined
  const behind = splitRecipients(rest, context).map((one) => canonical(one, context))
  return kind === 'person' ? { kind, name, addresses: behind } : { kind, name, members: behind }
}

/** Where one is written, the name ends there: but not inside `telegram:@bob` or a Matrix id. */
function atColon(written: string): readonly [string, string] | undefined {
  const match = /^([^:：@+]{1,200})[:：]\s*(.+)$/s.exec(written.trim())
  if (!match) return undefined
  const [, name = '', rest = ''] = match
  return isPrefix(name) ? undefined : [nameOf(name), rest.trim()]
}

const PREFIX = new RegExp(`^(?:${PREFIXES}|https?)$`, 'i')

function isPrefix(name: string): boolean {
  return PREFIX.test(name.trim().split(/\s+/).at(-1) ?? '')
}

function atFirstAddress(written: string, context: RecipientContext): readonly [string, string] {
  const words = written.trim().split(/\s+/)
  const at = words.findIndex((word) => isAddress(word.replace(/[,;，；、]+$/, ''), context))
  if (at < 0) return ['', '']
  return [nameOf(words.slice(0, at).join(' ')), words.slice(at).join(' ')]
}

function isAddress(word: string, context: RecipientContext): boolean {
  if (/^[+<(]?\d|^\+/.test(word)) return true
  const parsed = parseRecipient(word.replace(/^<|>$/g, ''), context)
  return parsed.ok && (parsed.recipient.kind === 'address' || parsed.recipient.kind === 'handle')
}

function nameOf(written: string): string {
  return cleanLine(written).replace(/^[#＃]|[,，]$/g, '')
}

/** A bare `@ann` is on the platform where it was written; what is not understood is left for its fault. */
function canonical(written: string, context: RecipientContext): string {
  const parsed = parseRecipient(written, context)
  return parsed.ok ? parsed.recipient.canonical : written
}
