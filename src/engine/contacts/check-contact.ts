import { writtenName } from '#core/account.ts'
import { parseRecipient } from '#core/recipients/parse.ts'
import type { ParsedRecipient, RecipientContext } from '#core/recipients/recipient.ts'
import { refusal } from '#core/refusal.ts'
import { cleanLine } from '#core/text.ts'
import type { ContactInput } from '../engine.ts'

/** People and groups in one book. */
export const MAX_CONTACTS = 5_000
const MAX_MEMBERS = 1_000
/** UTF-16 units of all that a book holds: it is read whole whenever recipients are. */
export const MAX_BOOK_LENGTH = 2_000_000
const MAX_ADDRESSES = 20
const MAX_NAME = 64
/** Longer than any recipient is. */
const MAX_RECIPIENT = 1_000

/** What the book keeps of a contact, in canonical writing. */
export interface CheckedContact {
  readonly kind: ContactInput['kind']
  readonly name: string
  readonly addresses: readonly string[]
  readonly use: 'first' | 'all'
  readonly members: readonly string[]
}

/** Throws for the first part that will not do. */
export function checkContact(input: ContactInput, context: RecipientContext): CheckedContact {
  const person = input.kind === 'person'
  const foreign = person ? input.members : input.addresses
  if (foreign && foreign.length > 0) {
    throw refusal('invalid_field', 'contact.fault.kind', {
      field: person ? 'members' : 'addresses',
    })
  }
  const name = readName(input, context)
  return {
    kind: input.kind,
    name,
    addresses: person ? readAddresses(input.addresses ?? [], context) : [],
    use: person ? (input.use ?? 'first') : 'all',
    members: person ? [] : readMembers(input.members ?? [], name, context),
  }
}

/** A name must come back as itself when it is written among recipients. */
function readName(input: ContactInput, context: RecipientContext): string {
  const raw = input.name.slice(0, 10 * MAX_NAME)
  const name = cleanLine(input.kind === 'group' ? raw.trim().replace(/^[#＃]/, '') : raw)
  const fits = name !== '' && [...name].length <= MAX_NAME && !/^[#＃]|["“”]/.test(name)
  const written = writtenName({ kind: input.kind, name })
  const parsed = fits ? parseRecipient(written, { ...context, contacts: undefined }) : undefined
  const wanted = input.kind === 'group' ? 'group' : 'contact'
  if (parsed?.ok && parsed.recipient.kind === wanted) return name
  throw refusal('invalid_field', 'contact.fault.name', { field: 'name' })
}

function readAddresses(written: readonly string[], context: RecipientContext): readonly string[] {
  if (written.length === 0) {
    throw refusal('invalid_field', 'contact.fault.noAddress', { field: 'addresses' })
  }
  if (written.length > MAX_ADDRESSES) {
    throw refusal('invalid_field', 'contact.fault.addresses', { field: 'addresses' })
  }
  const read = written.map((text, i) => {
    const recipient = readRecipient(text, `addresses[${i}]`, context)
    if (recipient.kind === 'address' || recipient.kind === 'handle') return recipient.canonical
    throw refusal('invalid_field', 'fault.recipient.not_understood', { field: `addresses[${i}]` })
  })
  return [...new Set(read)]
}

function readMembers(
  written: readonly string[],
  group: string,
  context: RecipientContext,
): readonly string[] {
  if (written.length > MAX_MEMBERS) {
    throw refusal('invalid_field', 'contact.fault.members', { field: 'members' })
  }
  const read = written.map((text, i) => {
    const recipient = readRecipient(text, `members[${i}]`, context)
    const itself = recipient.kind === 'group' && sameName(recipient.name, group)
    if (itself) throw refusal('invalid_field', 'contact.fault.itself', { field: `members[${i}]` })
    return recipient.canonical
  })
  return [...new Set(read)]
}

function readRecipient(text: string, field: string, context: RecipientContext): ParsedRecipient {
  const parsed =
    text.length > MAX_RECIPIENT
      ? ({ ok: false, fault: 'not_understood' } as const)
      : parseRecipient(text, context)
  if (parsed.ok) return parsed.recipient
  throw refusal('invalid_field', `fault.recipient.${parsed.fault}`, { field })
}

/** Whether the book takes two names for one. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
