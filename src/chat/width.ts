/** How many columns text takes on a terminal, by UAX #11, and how it is broken into rows. */

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Of East Asian width W or F, in blocks; each pair is the first and the last code point. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2ff],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
]
const EMOJI = /^(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\p{Emoji}\u200D)/u
const ZERO = /^[\p{M}\p{Cf}\p{Cc}]+$/u

/** Columns of a text without controls. */
export function widthOf(text: string): number {
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += widthOfGrapheme(segment)
  return width
}

function widthOfGrapheme(grapheme: string): number {
  const point = grapheme.codePointAt(0) ?? 0
  if (point >= 0x20 && point < 0x7f && grapheme.length === 1) return 1
  if (ZERO.test(grapheme)) return 0
  return EMOJI.test(grapheme) || isWide(point) ? 2 : 1
}

function isWide(point: number): boolean {
  return WIDE.some(([first, last]) => point >= first && point <= last)
}

/** A piece of text that is shown in one way. */
export interface Span<Look> {
  readonly text: string
  readonly look: Look
}

/** Breaks one line of spans into rows of at most `columns`, between words where it can; at least one row. */
export function wrap<Look>(
  spans: readonly Span<Look>[],
  columns: number,
): readonly (readonly Span<Look>[])[] {
  const rows: Span<Look>[][] = [[]]
  let used = 0
  for (const { text, look } of spans) {
    for (const part of wordsOf(text).flatMap((word) => cut(word, columns))) {
      if (used > 0 && used + widthOf(part.trimEnd()) > columns) {
        rows.push([])
        used = 0
      }
      join(rows.at(-1) ?? [], { text: part, look })
      used += widthOf(part)
    }
  }
  return rows.map(trimmed)
}

/** Pieces of the same look become one. */
function join<Look>(row: Span<Look>[], { text, look }: Span<Look>): void {
  const last = row.at(-1)
  if (last && last.look === look) row[row.length - 1] = { text: last.text + text, look }
  else row.push({ text, look })
}

/** Words, each with the white space behind it. Between wide characters a row may end anywhere. */
function wordsOf(text: string): readonly string[] {
  return (text.match(/\S+\s*|\s+/gu) ?? []).flatMap((word) =>
    widthOf(word) === word.length ? [word] : unitsOf(word),
  )
}

function unitsOf(word: string): readonly string[] {
  const units: string[] = []
  let joins = false
  for (const { segment } of graphemes.segment(word)) {
    const wide = widthOfGrapheme(segment) === 2
    const joined = /^\s/u.test(segment) || (joins && !wide)
    if (joined && units.length > 0) units.push(`${units.pop()}${segment}`)
    else units.push(segment)
    joins = !wide
  }
  return units
}

/** What fits into no row of its own is cut where the row ends. */
export function cut(word: string, columns: number): readonly string[] {
  if (widthOf(word.trimEnd()) <= columns) return [word]
  const parts: string[] = []
  let used = columns
  for (const { segment } of graphemes.segment(word)) {
    const width = widthOfGrapheme(segment)
    if (used + width > columns) {
      parts.push('')
      used = 0
    }
    parts.push(`${parts.pop()}${segment}`)
    used += width
  }
  return parts
}

/** Blanks at the end of a row show nothing, and could make it too long. */
function trimmed<Look>(row: readonly Span<Look>[]): readonly Span<Look>[] {
  const last = row.at(-1)
  return last ? [...row.slice(0, -1), { ...last, text: last.text.trimEnd() }] : row
}
