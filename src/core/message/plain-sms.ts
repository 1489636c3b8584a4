import { smsSize } from './segments.ts'

/**
 * Typography that GSM-7 lacks, with what may stand for it: quotes, dashes, spaces, the ellipsis and the bullet, and
 * nothing that is a letter, a digit or a mark of another script, since that would be another text. From the list by
 * which Twilio's "Smart Encoding" writes messages (in sms-segments-calculator), but for the few at the end that
 * it reads otherwise or lacks.
 */
export const PLAIN_FOR_SMS: ReadonlyMap<string, string> = new Map([
  ...standsFor("'", '‘’‛´`ʹʻʼʽˈˊˋ❛❜＇'),
  ...standsFor('"', '“”„‟«»ʺˮ❝❞〝〞＂'),
  ...standsFor('-', '‐–—―•⁃﹣－'),
  ...standsFor(
    ' ',
    '\u00A0\u2000\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u202F\u205F',
  ),
  ['…', '...'],
  // A low quote is no comma, and no tab is eight spaces.
  ['‚', "'"],
  ['\t', ' '],
  ...standsFor("'", '′‹›'),
  ...standsFor('"', '″'),
  // The hyphen that does not break, the dash as wide as a digit, the minus, the interpunct.
  ...standsFor('-', '‑‒−'),
  ['·', '.'],
])
const TYPOGRAPHY = new RegExp(`[${[...PLAIN_FOR_SMS.keys()].join('')}]`, 'gu')

/**
 * The text in GSM-7 where typography alone stands in the way, and where that costs no more: three dots for each of
 * many ellipses may. Else as it is.
 */
export function plainForSms(text: string): string {
  const plain = text.replace(TYPOGRAPHY, (mark) => PLAIN_FOR_SMS.get(mark) ?? mark)
  if (plain === text) return text
  const size = smsSize(plain)
  return size.encoding === 'gsm7' && size.segments <= smsSize(text).segments ? plain : text
}

function standsFor(plain: string, marks: string): readonly (readonly [string, string])[] {
  return [...marks].map((mark) => [mark, plain])
}
