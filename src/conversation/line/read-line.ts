import { findPhoneNumber } from '#core/phone-number.ts'
import { quoted } from '#core/recipients/width.ts'
import { looksLikeNumber } from '#core/target/phone.ts'
import type { Content } from '#ports/bot-platform.ts'
import { findLinks } from './find-links.ts'

/** One line of a person, in its parts: `https://… @ann bob@example.org -- look at this`. */
export interface Line {
  /** Web addresses, and numbers behind words, in order, each once. */
  readonly links: readonly string[]
  /** What is left: recipients, or words. Mentions are written as recipients. */
  readonly rest: string
  /** What follows the dash; null: there is none. */
  readonly note: string | null
}

type Written = Pick<Content, 'text' | 'links'> & Partial<Pick<Content, 'mentions'>>

/** A part of the text that stands for something else. */
interface Span {
  readonly at: number
  readonly length: number
  readonly link?: string
  /** What is read in its place. */
  readonly as: string
}

/** Two hyphens, or what phones and input methods make of them. */
const DASH = /(?<=^|\s)(?:-{2,}|[—–―]+)(?=\s|$|\p{L}|\p{Extended_Pictographic})\s*/gu

export function readLine(content: Written): Line {
  const { text } = content
  const spans = spansOf(content)
  const dash = findDash(text, spans)
  const end = dash?.index ?? text.length
  const links = spans.flatMap(({ link, at }) => (link !== undefined && at < end ? [link] : []))
  return {
    links: [...new Set(links)],
    rest: restOf(text.slice(0, end), spans),
    note: dash ? text.slice(dash.index + dash[0].length).trim() : null,
  }
}

function spansOf({ text, links, mentions = [] }: Written): readonly Span[] {
  const web = links.filter(({ url }) => /^https?:/i.test(url))
  const found = web.length > 0 ? web : findLinks(text)
  const hidden = links.filter(({ url, at, length }) => isHidden(url, text.slice(at, at + length)))
  return [
    ...[...found, ...hidden].map(({ url, ...where }) => ({ ...where, link: url, as: '' })),
    ...mentions.map(({ recipient, name, at, length }) => ({
      at,
      length,
      as: `${quoted(name)} <${recipient}>`,
    })),
  ].sort((a, b) => a.at - b.at)
}

/** A number that the words do not show; one that they show is read with them. */
function isHidden(url: string, words: string): boolean {
  return /^tel:/i.test(url) && !/\d{3}/.test(words.replace(/[\s().-]/g, ''))
}

/** In prose a dash stands before a link too: it begins a note only behind one. */
function findDash(text: string, spans: readonly Span[]): RegExpExecArray | undefined {
  const firstLink = spans.find(({ link }) => link !== undefined)
  const from = firstLink ? firstLink.at + firstLink.length : 0
  for (const dash of text.matchAll(DASH)) {
    const inside = spans.some(({ at, length }) => dash.index >= at && dash.index < at + length)
    if (dash.index >= from && !inside) return dash
  }
  return undefined
}

function restOf(text: string, spans: readonly Span[]): string {
  let rest = ''
  let from = 0
  for (const { at, length, as } of spans) {
    if (at < from || at >= text.length) continue
    rest += `${text.slice(from, at)} ${as} `
    from = at + length
  }
  return (rest + text.slice(from)).replace(/[^\S\n]+/g, ' ').trim()
}

/** What is dialled after a number: pauses and an access code. */
const POSTDIAL = /^(?:(?:,{2,}|[;pw])\d[\d*#,]*|,\d{1,8}#)+/i

/** The first number to call in what is left of a line, and what is left without it; null: there is none. */
export function takeNumber(
  rest: string,
  region: string | undefined,
): { readonly number: string; readonly rest: string } | null {
  const found = findPhoneNumber(rest, region)
  // Short codes are numbers only where there is nothing else.
  if (!found) return looksLikeNumber(rest) ? { number: rest, rest: '' } : null
  const end = found.at + found.length
  const postdial = POSTDIAL.exec(rest.slice(end))?.[0] ?? ''
  const before = rest.slice(0, found.at).replace(/tel:$/i, '')
  return {
    number: rest.slice(found.at, end) + postdial,
    rest: `${before} ${rest.slice(end + postdial.length)}`.replace(/[^\S\n]+/g, ' ').trim(),
  }
}
