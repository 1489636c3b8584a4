import splitter from 'split-sms'

/** What a text costs as SMS: GSM-7 with 160/153 septets a segment, or UCS-2 with 70/67 units. */
export interface SmsSize {
  readonly encoding: 'gsm7' | 'ucs2'
  readonly segments: number
}

/** Septets of a text that goes out in one piece, and of each segment of a longer one. */
const GSM_SINGLE = 160
const GSM_SEGMENT = 153
/** UTF-16 units of the same. */
const UCS2_SINGLE = 70
const UCS2_SEGMENT = 67

/** GSM 03.38: the basic table, and what takes two septets. */
const GSM =
  /^[\n\r @£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà\f^{}\\[~\]|€]*$/
const EXTENDED = /[\f^{}\\[~\]|€]/g

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
  return GSM.test(text)
    ? { encoding: 'gsm7', segments: gsmSegments(text) }
    : { encoding: 'ucs2', segments: ucs2Segments(text) }
}

function gsmSegments(text: string): number {
  const extended = text.match(EXTENDED)?.length ?? 0
  if (text.length + extended <= GSM_SINGLE) return 1
  return extended === 0 ? Math.ceil(text.length / GSM_SEGMENT) : split(text)
}

function ucs2Segments(text: string): number {
  if (text.length <= UCS2_SINGLE) return 1
  if (PLAIN_UNITS.test(text)) return Math.ceil(text.length / UCS2_SEGMENT)
  return Math.max(split(text), keptWhole(text))
}

/** Segments where two septets, or two units of one character, are not torn apart. */
function split(text: string): number {
  return splitter.split(text, { summary: true }).parts.length
}

/** Segments where no character is torn apart that could stand in one. */
function keptWhole(text: string): number {
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

/** The text of each segment; an escaped character or a surrogate pair is in one of them. Never more than `smsSize`. */
export function smsParts(text: string): readonly string[] {
  return splitter.split(text).parts.map(({ content = '' }) => content)
}
