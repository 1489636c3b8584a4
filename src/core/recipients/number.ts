import type { RecipientFault } from '../errors.ts'
import { readPhoneNumber } from '../phone-number.ts'
import type { RecipientContext, RecipientResult } from './recipient.ts'

/** Kinds of numbers where no message arrives. */
const MUTE = new Set(['PREMIUM_RATE', 'TOLL_FREE', 'SHARED_COST', 'VOICEMAIL', 'UAN', 'PAGER'])
const NUMBER = /^[+(\d][\d\s().\-/]*$/
const EXTENSION = /(?:[,;]|#|\b(?:ext(?:ension)?\b\.?|x)|转|轉|分机|分機)\D{0,5}\d{1,12}\s*$/iu

/** Whether a text is written as a phone number, with an extension or not. */
export function looksLikePhone(text: string): boolean {
  const number = text.replace(EXTENSION, '').trim()
  return NUMBER.test(number) && /\d{2}|\d\D\d/.test(number)
}

/** A number for `sms`, or for `wap-push`. */
export function parsePhoneRecipient(
  text: string,
  channel: 'sms' | 'wap-push',
  context: RecipientContext,
): RecipientResult {
  const trimmed = text.trim()
  if (/^[+(\d]/.test(trimmed) && EXTENSION.test(trimmed)) return refused('number_extension')
  if (!NUMBER.test(trimmed)) return refused('bad_number')
  const national = !/^(?:\+|00)/.test(trimmed)
  if (national && !context.defaultRegion) return refused('region_needed')
  const number = readPhoneNumber(trimmed, context.defaultRegion)
  if (!number) return refused('bad_number')
  if (number.extension) return refused('number_extension')
  // A national number is taken only where its country's plan knows it: what was meant is a guess already.
  if (!number.valid && national) return refused('bad_number')
  if (number.valid && MUTE.has(number.type ?? '')) return refused('number_kind')
  return {
    ok: true,
    recipient: {
      kind: 'address',
      address: { channel, value: number.e164 },
      name: null,
      canonical: channel === 'sms' ? number.e164 : `wap:${number.e164}`,
      suggestion: null,
      doubtful: !number.valid || number.type === 'FIXED_LINE',
    },
  }
}

function refused(fault: RecipientFault): RecipientResult {
  return { ok: false, fault }
}
