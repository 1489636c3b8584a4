import { findPhoneNumber } from '#core/phone-number.ts'
import { quoted } from '#core/recipients/width.ts'
import { looksLikeNumber } from '#core/target/phone.ts'
import type { Content } from '#ports/bot-platform.ts'
import { findLinks } from './find-links.ts'

/** One line of a person, in its parts: `https://… @ann bob@example.org -- look at this`. */
export interface Line {
  /** Web addresses, and numbers behind words, in order, each once. */
  readonly links: readonly string[]
  /** Recipients, or words: what stands before the first link, between them, behind the last. Mentions are recipients. */
  readonly parts: readonly string[]
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
    parts: partsOf(text.slice(0, end), spans),
    note: dash ? text.slice(dash.index + dash[0].length).trim() : null,
  }
}

/** Recipients as typed, and the note behind a dash. */
export function cutNote(text: string): { readonly rest: string; readonly note: string | null } {
  const dash = findDash(text, [])
  if (!dash) return { rest: text, note: null }
  return { rest: text.slice(0, dash.index), note: text.slice(dash.index + dash[0].length).trim() }
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

/** What stands before, between and behind the links. */
function partsOf(text: string, spans: readonly Span[]): readonly string[] {
  const parts = ['']
  let from = 0
  const add = (more: string): void => {
    parts.push((parts.pop() ?? '') + more)
  }
  for (const { at, length, link, as } of spans) {
    if (at < from || at >= text.length) continue
    add(text.slice(from, at))
    if (link === undefined) add(` ${as} `)
    else parts.push('')
    from = at + length
  }
  add(text.slice(from))
  return parts.map((part) => part.replace(/[^\S\n]+/g, ' ').trim())
}

/** What is dialled after a number: pauses and an access code. */
const POSTDIAL = /^(?:(?:,{2,}|[;pw])\d[\d*#,]*|,\d{1,8}#)+/i

/** The line with the first number to call in place of a link; as it is where there is none. */
export function withNumber(line: Line, region: string | undefined): Line {
  const rest = restOf(line)
  const found = findPhoneNumber(rest, region)
  // Short codes are numbers only where there is nothing else.
  if (!found) return looksLikeNumber(rest) ? { ...line, links: [rest], parts: ['', ''] } : line
  const end = found.at + found.length
  const postdial = POSTDIAL.exec(rest.slice(end))?.[0] ?? ''
  const before = rest.slice(0, found.at).replace(/tel:$/i, '')
  const behind = rest.slice(end + postdial.length)
  return {
    ...line,
    links: [rest.slice(found.at, end) + postdial],
    parts: [before.trim(), behind.trim()],
  }
}

/** All that is left beside the links. */
export function restOf({ parts }: Pick<Line, 'parts'>): string {
  return parts.filter(Boolean).join(' ')
}
