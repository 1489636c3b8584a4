import { DEFAULT_CONNECTION } from '#core/address.ts'
import type { Platform } from '#core/identity.ts'
import { formatRecipient } from '#core/recipients/format.ts'
import { parseRecipient } from '#core/recipients/parse.ts'
import type { RecipientContext } from '#core/recipients/recipient.ts'
import { splitRecipients } from '#core/recipients/split.ts'
import type { DraftPerson } from '../../state/draft.ts'

/** Reads recipients as typed: each as it can be written anywhere, or as not understood. */
export function readPeople(text: string, context: RecipientContext): readonly DraftPerson[] {
  return splitRecipients(text, context).map((written) => readPerson(written, context))
}

export function readPerson(written: string, context: RecipientContext): DraftPerson {
  const parsed = parseRecipient(written, context)
  return { written, as: parsed.ok ? formatRecipient(parsed.recipient) : null, sure: false }
}

/** Whether a text names somebody by what nobody takes for words: an address, a number, a handle, a group. */
export function namesSomebody(text: string, context: RecipientContext): boolean {
  return splitRecipients(text, context).some((written) => {
    const parsed = parseRecipient(written, context)
    if (!parsed.ok) return /^@\S|^[+]\d|\S@\S+\.\S/u.test(written)
    return parsed.recipient.kind !== 'contact' || isKnown(parsed.recipient.name, context)
  })
}

/** Whether a text is the names of people of the book, and nothing beside. */
export function namesNobodyElse(text: string, context: RecipientContext): boolean {
  const all = splitRecipients(text, context).map((written) => parseRecipient(written, context))
  return (
    all.length > 0 &&
    all.every(
      (parsed) =>
        parsed.ok && parsed.recipient.kind === 'contact' && isKnown(parsed.recipient.name, context),
    )
  )
}

function isKnown(name: string, { contacts = [] }: RecipientContext): boolean {
  return contacts.includes(name)
}

/** Where a person stands by the platform that they write on. */
export function placeContext(
  platform: Platform,
  connection: string,
  userId: string,
): RecipientContext {
  switch (platform) {
    case 'telegram':
      return { platform }
    case 'slack':
      return connection === DEFAULT_CONNECTION
        ? { platform }
        : { platform, workspaces: [connection] }
    case 'matrix':
      return { platform, homeserver: userId.slice(userId.indexOf(':') + 1) }
    case 'console':
      return {}
    default:
      return platform satisfies never
  }
}
