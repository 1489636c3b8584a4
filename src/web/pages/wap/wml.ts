import { type Html, html, trusted } from '../html.ts'
import type { Deck, Line } from './deck.ts'

/** WML 1.3 (WAP-191), which gateways compile for the phone. */
const PROLOGUE = trusted(
  '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE wml PUBLIC "-//WAPFORUM//DTD WML 1.3//EN" "http://www.wapforum.org/DTD/wml13.dtd">',
)

export function wml({ locale, title, lines }: Deck): string {
  return html`${PROLOGUE}
<wml xml:lang="${locale}">
<card title="${plain(title)}">
<p><b>${plain(title)}</b></p>
${lines.map(draw)}
</card>
</wml>
`.toString()
}

function draw(line: Line): Html {
  switch (line.kind) {
    case 'text':
      return html`<p>${plain(line.text)}</p>\n`
    case 'note':
      return html`<p><em>${plain(line.text)}</em></p>\n`
    case 'link':
      return html`<p><a href="${plain(line.href)}">${plain(line.label)}</a></p>\n`
    case 'call':
      // WTAI's public library: the phone asks before it calls (WAP-228).
      return html`<p><a href="wtai://wp/mc;${plain(line.number)}">${plain(line.label)}</a></p>\n`
    case 'choice':
      return html`<p><anchor>${plain(line.label)}<go method="post" href="${plain(line.path)}"><postfield name="choice" value="${plain(line.choice)}"/></go></anchor></p>\n`
    default:
      return line satisfies never
  }
}

/** A dollar begins a variable in WML, in text and attributes alike; two of them are one. */
function plain(text: string): string {
  return text.replaceAll('$', '$$$$')
}
