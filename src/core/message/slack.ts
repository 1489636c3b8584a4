import type { Message, RenderedSlack } from './message.ts'
import { type Parts, partsOf } from './parts.ts'
import { shortenToFit } from './shorten.ts'

/** Slack's limits on a section's text and on a button's. */
export const MAX_SLACK_SECTION = 3_000
const MAX_BUTTON = 75
/** Slack advises notification texts of 4,000 characters at most. */
const MAX_TEXT = 4_000

type Block = Readonly<Record<string, unknown>>

/**
 * Blocks of mrkdwn in which everything that people wrote is escaped and `verbatim`: no mention, channel or link
 * comes of it. Links are written out by us alone.
 */
export function renderSlack(message: Message): RenderedSlack {
  const parts = partsOf(message)
  return {
    channel: 'slack',
    to: message.address.value,
    text: shortenToFit(escapeSlack(summary(parts)), (text) => text.length <= MAX_TEXT),
    blocks: blocksOf(parts, message.stop.url),
  }
}

/** Slack's three characters; nothing else is special outside of formatting. */
export function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function summary(parts: Parts): string {
  const said = parts.note.replaceAll('\n', ' ') || parts.title || parts.host || parts.number
  return parts.t('message.says', { sender: parts.sender, text: said })
}

function blocksOf(parts: Parts, stopUrl: string): readonly Block[] {
  const stop = `<${linkPart(stopUrl)}|${escapeSlack(parts.t('message.stop'))}>`
  const footer = [escapeSlack(parts.why), escapeSlack(parts.tracked), stop].filter(Boolean)
  return [
    section(escapeSlack(parts.lead)),
    ...(parts.note === '' ? [] : [section(quoted(parts.note))]),
    section(card(parts)),
    {
      type: 'actions',
      elements: [
        {
          type: 'button',
          text: { type: 'plain_text', text: parts.open.slice(0, MAX_BUTTON) },
          url: parts.link,
          style: 'primary',
        },
      ],
    },
    { type: 'context', elements: [mrkdwn(footer.join('\n'))] },
  ]
}

function card(parts: Parts): string {
  const { title, host, number, link } = parts
  return [
    bold(title),
    parts.description === '' ? '' : escapeSlack(parts.description),
    escapeSlack(host),
    bold(number),
    `<${linkPart(link)}>`,
  ]
    .filter(Boolean)
    .join('\n')
}

/** Bold, unless the text holds a sign that would end it early. */
function bold(text: string): string {
  if (text === '') return ''
  return /[*_~`]/.test(text) ? escapeSlack(text) : `*${escapeSlack(text)}*`
}

function quoted(note: string): string {
  const quote = (text: string): string => escapeSlack(text).replace(/^/gm, '> ')
  return quote(shortenToFit(note, (text) => quote(text).length <= MAX_SLACK_SECTION))
}

/** A URL inside `<…>`: the signs that would end it are percent-encoded. */
function linkPart(url: string): string {
  const inert = url.replace(/[<>|\s]/g, (sign) => encodeURIComponent(sign))
  return inert.replaceAll('&', '&amp;')
}

function section(text: string): Block {
  return { type: 'section', text: mrkdwn(text) }
}

function mrkdwn(text: string): Block {
  return { type: 'mrkdwn', text, verbatim: true }
}
