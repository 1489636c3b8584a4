import { html, raw } from 'hono/html'
import type { Message, RenderedMatrix } from './message.ts'
import { type Parts, partsOf } from './parts.ts'

/** Plain text, and HTML of the few elements that Matrix clients show. */
export function renderMatrix(message: Message): RenderedMatrix {
  const parts = partsOf(message)
  return {
    channel: 'matrix',
    to: message.address.value,
    body: bodyOf(parts, message.stop.url),
    formattedBody: formattedOf(parts, message.stop.url),
  }
}

function bodyOf(parts: Parts, stopUrl: string): string {
  const { t } = parts
  const blocks = [
    parts.lead,
    parts.note.replace(/^(?=.)/gm, '> '),
    [parts.title, parts.description, parts.host, parts.number].filter(Boolean).join('\n'),
    parts.link,
    [parts.why, parts.tracked, t('message.stop.at', { url: stopUrl })].filter(Boolean).join('\n'),
  ]
  return blocks.filter(Boolean).join('\n\n')
}

function formattedOf(parts: Parts, stopUrl: string): string {
  const { t, lead, note, title, description, host, number, link } = parts
  const noteLines = note.split('\n').map((line, n) => (n === 0 ? html`${line}` : html`<br>${line}`))
  const card = [
    title === '' ? '' : html`<strong>${title}</strong>`,
    description,
    host === '' ? '' : html`<em>${host}</em>`,
    number === '' ? '' : html`<strong>${number}</strong>`,
    html`<a href="${link}">${link}</a>`,
  ].filter((piece) => String(piece) !== '')
  const broken = card.flatMap((piece, n) => (n === 0 ? [piece] : [raw('<br>'), piece]))
  return String(
    html`<p>${lead}</p>${
      note === '' ? '' : html`<blockquote>${noteLines}</blockquote>`
    }<p>${broken}</p><p><em>${parts.why}</em><br>${
      parts.tracked === '' ? '' : html`<em>${parts.tracked}</em><br>`
    }<a href="${stopUrl}">${t('message.stop')}</a></p>`,
  )
}
