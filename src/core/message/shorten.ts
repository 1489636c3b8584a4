const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** Longer texts are cut roughly first, so that the work stays bounded. */
const LONGEST = 8_000
/** A cut goes back to the last space only where this much of the text stays. */
const WORD_SHARE = 0.6

/**
 * The longest beginning of a text that `fits`, ended by `…` at a word where one ends near, and never inside
 * what a reader sees as one character. Empty where nothing fits. `fits` must hold for the beginnings of
 * whatever it holds for; `longest` is a length (UTF-16 units) from which on it never does.
 */
export function shortenToFit(
  text: string,
  fits: (candidate: string) => boolean,
  longest = LONGEST,
): string {
  if (fits(text)) return text
  const ends = graphemeEnds(text.slice(0, longest))
  let [low, high] = [0, ends.length]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(ended(text.slice(0, ends[middle - 1])))) low = middle
    else high = middle - 1
  }
  if (low === 0) return ''
  return ended(atWord(text, ends[low - 1] ?? 0))
}

function graphemeEnds(text: string): number[] {
  const ends: number[] = []
  for (const { index, segment } of graphemes.segment(text)) ends.push(index + segment.length)
  return ends
}

function atWord(text: string, end: number): string {
  const cut = text.slice(0, end)
  if (/^\s/u.test(text.slice(end))) return cut
  const space = cut.search(/\s\S*$/u)
  return space > end * WORD_SHARE ? cut.slice(0, space) : cut
}

/** What no text should end with before `…`. */
const LOOSE_ENDS = new Set([...' \n,;:、，；：（([{“‘–—-'])

function ended(cut: string): string {
  let end = cut.length
  while (end > 0 && LOOSE_ENDS.has(cut.charAt(end - 1))) end -= 1
  return end === 0 ? '' : `${cut.slice(0, end)}…`
}
