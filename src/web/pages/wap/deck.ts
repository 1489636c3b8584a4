/**
 * Pages for browsers of old phones: a heading, lines, links and buttons, in XHTML Mobile Profile or WML, without
 * script, style or picture. What they hold is written once, as a deck; each markup draws it.
 */
import type { Locale } from '#core/locale.ts'
import { shortenToFit } from '#core/message/shorten.ts'

/** What a browser may be answered with: today's HTML, or what phones of the WAP days read. */
export type Markup = 'html' | OldMarkup
export type OldMarkup = 'xhtml-mp' | 'wml'

export interface Deck {
  readonly locale: Locale
  readonly title: string
  readonly lines: readonly Line[]
}

export type Line =
  | { readonly kind: 'text'; readonly text: string }
  /** The one text that may be long: shortened where the page would become too large. */
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'link'; readonly href: string; readonly label: string }
  /** `number`: `+` and digits, or a short code; `url`: the `tel:` URI. */
  | {
      readonly kind: 'call'
      readonly number: string
      readonly url: string
      readonly label: string
    }
  /** A button that posts `choice` to `path`, the page's own. */
  | {
      readonly kind: 'choice'
      readonly path: string
      readonly choice: string
      readonly label: string
    }

/** Old phones hold little more than 10 kB of a page, headers included. */
export const MAX_PAGE_BYTES = 9_500

/** A line for every text that is not empty. */
export function texts(...lines: readonly (string | null | false | undefined)[]): readonly Line[] {
  return lines.flatMap((text) => (text ? [{ kind: 'text' as const, text }] : []))
}

/** Draws the deck, its note and then its title shortened so that the page stays small enough. */
export function draw(deck: Deck, write: (deck: Deck) => string): string {
  const withText = (note: string, title = deck.title): string =>
    write({ ...deck, title, lines: noted(deck.lines, note) })
  const isSmall = (page: string): boolean => Buffer.byteLength(page) <= MAX_PAGE_BYTES
  const note = deck.lines.find((line) => line.kind === 'note')?.text ?? ''
  const shortened = withText(shortenToFit(note, (text) => isSmall(withText(text))))
  if (isSmall(shortened)) return shortened
  return withText(
    '',
    shortenToFit(deck.title, (text) => isSmall(withText('', text))),
  )
}

function noted(lines: readonly Line[], note: string): readonly Line[] {
  return lines
    .map((line) => (line.kind === 'note' ? { ...line, text: note } : line))
    .filter((line) => line.kind !== 'note' || line.text !== '')
}
