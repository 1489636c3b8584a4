import type { ParsedRecipient } from './recipient.ts'

/** Writes a recipient so that parsing it in the same context gives the same one back. */
export function formatRecipient(recipient: ParsedRecipient): string {
  return recipient.canonical
}
