/**
 * Text that people typed or pages said, made safe to store, show and send. Nothing is ever refused here: what
 * does harm is taken out. All functions are linear in their input.
 */

/** Controls other than tab and line feed, noncharacters, lone surrogates, interlinear and object marks. */
const UNPRINTABLE = /(?![\t\n])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\uFFF9-\uFFFC]/gu
/**
 * What shows nothing: zero-width spaces, fillers, soft hyphens, and the bidi embeddings, overrides and isolates
 * that make text read as something else. Joiners, direction marks, selectors and tags are looked at below.
 */
const INVISIBLE =
  /[\p{Default_Ignorable_Code_Point}--[\u200C-\u200F\u061C\p{Variation_Selector}\u{E0000}-\u{E007F}]]/gv
/** Scripts whose letters and marks ask for joiners. */
const JOINING =
  'Arab Syrc Mong Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr Tibt Java Bali'
    .split(' ')
    .map((script) => `\\p{sc=${script}}`)
    .join('')
/** Joiners are kept where scripts and emoji need them: after a letter that joins, or a pictograph. */
const STRAY_JOINERS = new RegExp(
  `(?<![\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\p{Variation_Selector}${JOINING}])[\\u200C\\u200D]+`,
  'gu',
)
const REPEATED_JOINERS = /([\u200C\u200D])[\u200C\u200D]+/gu
/** Tag characters spell only the flags of regions, after a black flag. */
const STRAY_TAGS = /(?<![\u{1F3F4}\u{E0020}-\u{E007F}])[\u{E0000}-\u{E007F}]+/gu
const REPEATED_SELECTORS =
  /([\uFE00-\uFE0F\u{E0100}-\u{E01EF}])[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]+/gu
/** No language stacks more than four marks on a letter. */
const STACKED_MARKS = /([\p{M}--\p{Variation_Selector}]{4})[\p{M}--\p{Variation_Selector}]+/gv
const LINE_BREAKS = /\r\n?|[\v\f\u0085\u2028\u2029]/gu

const MAX_PASSES = 4

/** What one rule takes out may leave work for another, so the rules are run until nothing changes. */
function cleanCharacters(text: string): string {
  let clean = applyRules(text)
  for (let pass = 1; pass < MAX_PASSES; pass++) {
    const again = applyRules(clean)
    if (again === clean) break
    clean = again
  }
  return clean
}

function applyRules(text: string): string {
  return text
    .replace(LINE_BREAKS, '\n')
    .replace(UNPRINTABLE, '')
    .replace(INVISIBLE, '')
    .replace(STRAY_TAGS, '')
    .replace(STRAY_JOINERS, '')
    .replace(REPEATED_JOINERS, '$1')
    .replace(REPEATED_SELECTORS, '$1')
    .normalize('NFC')
    .replace(STACKED_MARKS, '$1')
}

/** One line, for titles and names: runs of white space and line breaks become one space. */
export function cleanLine(text: string): string {
  return cleanCharacters(text).replace(/\s+/gu, ' ').trim().normalize('NFC')
}

/** Text in lines, for notes: line breaks are `\n`, no trailing spaces, at most one empty line in a row. */
export function cleanText(text: string): string {
  const lines = cleanCharacters(text).replaceAll('\t', ' ').split('\n')
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+/, '')
    .trimEnd()
    .normalize('NFC')
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/**
 * The text in at most `max` UTF-16 units, ending in `…` where something was cut. Never cuts inside what a
 * reader sees as one character.
 */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text
  if (max < 1) return ''
  const cut = graphemes.segment(text.slice(0, max + 100)).containing(max - 1)?.index ?? 0
  return `${text.slice(0, cut).trimEnd()}…`
}
