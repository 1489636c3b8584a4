import {
  type CountryCode,
  findPhoneNumbersInText,
  getCountryCallingCode,
  isSupportedCountry,
  type NumberType,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max'

/** A number of a length that its country knows; whether anybody has it is another matter (`valid`). */
export interface PhoneNumber {
  /** `+` and digits. */
  readonly e164: string
  readonly extension: string | null
  /** In a range that its country's numbering plan is known to use. */
  readonly valid: boolean
  readonly type: NumberType
}

/** A region that numbers can be read by, upper-case, or undefined. */
export function knownRegion(region: string | undefined): CountryCode | undefined {
  const upper = region?.trim().toUpperCase() ?? ''
  return isSupportedCountry(upper) ? upper : undefined
}

/**
 * Reads one number and nothing beside it: international, or national by `region`. Full-width digits and any
 * usual punctuation will do. Undefined where its length fits no number of its country.
 */
export function readPhoneNumber(text: string, region?: string): PhoneNumber | undefined {
  if (text.length > 80) return undefined
  const country = knownRegion(region)
  const plain = text.normalize('NFKC').trim().replace(/\(0\)/, '')
  const international = country ? plain : plain.replace(/^00\s*(?=[1-9])/, '+')
  const options = country ? { defaultCountry: country, extract: false } : { extract: false }
  const parsed = parsePhoneNumberFromString(international, options)
  if (!parsed?.isPossible()) return undefined
  return {
    e164: parsed.number,
    extension: parsed.ext ?? null,
    valid: parsed.isValid(),
    type: parsed.getType(),
  }
}

/** What international numbers of the region start with, without `+`; undefined where nobody knows the region. */
export function callingCodeOf(region: string | undefined): string | undefined {
  const country = knownRegion(region)
  return country && getCountryCallingCode(country)
}

/** Whether calling the number, in E.164, costs more than a call. Of a short code nobody can tell. */
export function isPremiumRate(e164: string): boolean {
  return readPhoneNumber(e164)?.type === 'PREMIUM_RATE'
}

/** A number within a text: where it stands, UTF-16 units. */
export interface FoundNumber {
  readonly at: number
  readonly length: number
}

/** The first number that could be called; national ones by `region`. Undefined where there is none. */
export function findPhoneNumber(text: string, region?: string): FoundNumber | undefined {
  const country = knownRegion(region)
  const options = country ? { defaultCountry: country, v2: true as const } : { v2: true as const }
  const [found] = findPhoneNumbersInText(text, options)
  if (!found) return undefined
  // Digits behind a comma are taken for an extension, though they may as well be the next number.
  const comma = text.slice(found.startsAt, found.endsAt).search(/[,;，；]/)
  const length = found.endsAt - found.startsAt
  return { at: found.startsAt, length: comma < 0 ? length : comma }
}

/** A number as people read it aloud, with its country; what is no number comes back as it is. */
export function readablePhone(text: string, locale: string): string {
  const number = /\+\d{5,15}/.exec(text)?.[0]
  const parsed = number === undefined ? undefined : parsePhoneNumberFromString(number)
  if (!parsed) return text
  const readable = parsed.formatInternational()
  const country =
    parsed.country && new Intl.DisplayNames(locale, { type: 'region' }).of(parsed.country)
  return country ? `${readable} (${country})` : readable
}
