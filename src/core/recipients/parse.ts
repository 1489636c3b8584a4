import type { RecipientContext, RecipientResult } from './recipient.ts'

/** Understands one recipient as a person writes it (it is not split). Never throws. */
export function parseRecipient(_text: string, _context: RecipientContext = {}): RecipientResult {
  return { ok: false, fault: 'not_understood' }
}
