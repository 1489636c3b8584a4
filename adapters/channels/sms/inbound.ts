import { createHash } from 'node:crypto'
import type { Address } from '#core/address.ts'
import { callingCodeOf, type PhoneNumber, readPhoneNumber } from '#core/phone-number.ts'
import type { HookAnswer, HookRequest } from '#ports/channel.ts'

/**
 * Whom a text came from; undefined for a short code or a name, which nobody can be written to by. Networks often leave
 * out the `+` of a whole number, so bare digits may be that or a national number of `region`.
 */
export function phoneAddress(text: string, region: string | undefined): Address | undefined {
  const number = readSender(text, region)
  return number?.extension === null ? { channel: 'sms', value: number.e164 } : undefined
}

function readSender(text: string, region: string | undefined): PhoneNumber | undefined {
  const digits = text.normalize('NFKC').trim()
  if (!/^\d+$/.test(digits)) return readPhoneNumber(text, region)
  const national = readPhoneNumber(digits, region)
  const whole = readPhoneNumber(`+${digits.replace(/^00/, '')}`)
  if (!national || !whole) return national ?? whole
  return isRatherWhole(whole, national, region) ? whole : national
}

/** Of two readings: who sends a text has a mobile number most of the time, and one of the region where both are. */
function isRatherWhole(
  whole: PhoneNumber,
  national: PhoneNumber,
  region: string | undefined,
): boolean {
  if (!whole.valid || !national.valid) return whole.valid
  if (isMobile(whole) !== isMobile(national)) return isMobile(whole)
  return whole.e164.startsWith(`+${callingCodeOf(region)}`)
}

function isMobile({ type }: PhoneNumber): boolean {
  return type === 'MOBILE' || type === 'FIXED_LINE_OR_MOBILE'
}

/** The body as text; bytes that are no UTF-8 show as replacement characters. */
export function bodyText({ body }: HookRequest): string {
  return new TextDecoder().decode(body)
}

/** A name for an inbound text that its gateway gave none, the same each time that it is handed over. */
export function inboundIdOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/** So that a gateway does not repeat for ever what will never be understood. */
export function malformed(what: string): HookAnswer {
  return { status: 400, body: what }
}
