import type { ParsedRecipient } from './recipient.ts'
import { foldWidth, quoted } from './width.ts'

/** A word that is read as a contact's name as it stands, and is not split. */
const PLAIN_CONTACT = /^\p{L}[\p{L}\p{M}\p{N}'’._-]*$/u
const PLAIN_GROUP = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}'’._-]*$/u
const PLAIN_NAME = /^\p{L}[\p{L}\p{M}'’-]*(?: \p{L}[\p{L}\p{M}'’-]*)*$/u
const RESERVED = new Set(['me', '我', '我自己'])

/** Writes a recipient so that parsing it in the same context gives the same one back. */
export function formatRecipient(recipient: ParsedRecipient): string {
  const { canonical } = recipient
  if (recipient.kind !== 'address' && recipient.kind !== 'handle') return canonical
  if (recipient.name === null) return canonical
  const name = PLAIN_NAME.test(recipient.name) ? recipient.name : quoted(recipient.name)
  return `${name} <${canonical}>`
}

/** How a contact is named among recipients: in quotes where the name could be read otherwise. */
export function canonicalContact(name: string): string {
  const reserved = RESERVED.has(foldWidth(name).toLowerCase())
  return PLAIN_CONTACT.test(name) && !reserved ? name : quoted(name)
}

/** How a group is named among recipients: `#family`, `#"Ann's friends"`. */
export function canonicalGroup(name: string): string {
  return PLAIN_GROUP.test(name) ? `#${name}` : `#${quoted(name)}`
}
