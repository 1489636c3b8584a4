import splitter from 'split-sms'

/** What a text costs as SMS: GSM-7 with 160/153 septets a segment, or UCS-2 with 70/67 units. */
export interface SmsSize {
  readonly encoding: 'gsm7' | 'ucs2'
  readonly segments: number
}

/** UTF-16 units of a text that goes out in one piece, and of each segment of a longer one. */
const UCS2_SINGLE = 70
const UCS2_SEGMENT = 67

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** Latin, punctuation, Han and full-width forms: each unit is a character of its own. */
const PLAIN_UNITS =
  /^[\0-\u02FF\u2010-\u2027\u2030-\u205E\u3000-\u3029\u3030-\u303F\u4E00-\u9FFF\uFF00-\uFF9D\uFFE0-\uFFE6]*$/

/**
 * Counts as the network does: one character outside of GSM-7 makes the whole text UCS-2. Some gateways cut between
 * UTF-16 units, others keep whole what reads as one character and leave room behind it: of the two counts this is
 * the greater one, so that no gateway takes more.
 */
export function smsSize(text: string): SmsSize {
  const split = splitter.split(text, { summary: true })
  if (split.characterSet === 'GSM') return { encoding: 'gsm7', segments: split.parts.length }
  return { encoding: 'ucs2', segments: Math.max(split.parts.length, keptWhole(text)) }
}

/** Segments where no character is torn apart that could stand in one. */
function keptWhole(text: string): number {
  if (text.length <= UCS2_SINGLE || PLAIN_UNITS.test(text)) return 1
  let segments = 1
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    if (used > 0 && used + segment.length > UCS2_SEGMENT) {
      segments += 1
      used = 0
    }
    used += segment.length
    // No gateway keeps a character whole that has no room in any segment.
    segments += Math.floor((used - 1) / UCS2_SEGMENT)
    used = ((used - 1) % UCS2_SEGMENT) + 1
  }
  return segments
}
