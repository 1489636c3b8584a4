import splitter from 'split-sms'

/** What a text costs as SMS: GSM-7 with 160/153 septets a segment, or UCS-2 with 70/67 units. */
export interface SmsSize {
  readonly encoding: 'gsm7' | 'ucs2'
  readonly segments: number
}

/** Counts as the network does: one character outside of GSM-7 makes the whole text UCS-2. */
export function smsSize(text: string): SmsSize {
  const split = splitter.split(text, { summary: true })
  return {
    encoding: split.characterSet === 'GSM' ? 'gsm7' : 'ucs2',
    segments: split.parts.length,
  }
}

/** The text of each segment, as `smsSize` counts them; an escaped character or a surrogate pair is in one of them. */
export function smsParts(text: string): readonly string[] {
  return splitter.split(text).parts.map(({ content = '' }) => content)
}

/** What typographers write and GSM-7 lacks, with what may stand for it. */
const PLAIN: Readonly<Record<string, string>> = {
  '…': '...',
  '‘': "'",
  '’': "'",
  '‚': "'",
  '‛': "'",
  '′': "'",
  '`': "'",
  '´': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '‟': '"',
  '″': '"',
  '«': '"',
  '»': '"',
  '‹': "'",
  '›': "'",
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '―': '-',
  '−': '-',
  '•': '-',
  '·': '.',
  '\u00A0': ' ',
  '\u2009': ' ',
  '\u202F': ' ',
  '\t': ' ',
}
const TYPOGRAPHY = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'gu')

/** The text in GSM-7 where quotes, dashes and the like alone stand in the way; else as it is. */
export function plainForSms(text: string): string {
  const plain = text.replace(TYPOGRAPHY, (mark) => PLAIN[mark] ?? mark)
  return smsSize(plain).encoding === 'gsm7' ? plain : text
}
