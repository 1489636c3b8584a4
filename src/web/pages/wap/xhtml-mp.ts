import { type Html, html, trusted } from '../html.ts'
import type { Deck, Line } from './deck.ts'

/** XHTML Mobile Profile 1.0 (WAP-277). */
const PROLOGUE = trusted(
  '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//WAPFORUM//DTD XHTML Mobile 1.0//EN" "http://www.wapforum.org/DTD/xhtml-mobile10.dtd">',
)

export function xhtmlMp({ locale, title, lines }: Deck): string {
  return html`${PROLOGUE}
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="${locale}">
<head><title>${title}</title></head>
<body>
<h1>${title}</h1>
${lines.map(draw)}
</body>
</html>
`.toString()
}

function draw(line: Line): Html {
  switch (line.kind) {
    case 'text':
      return html`<p>${line.text}</p>\n`
    case 'note':
      return html`<blockquote><p>${line.text}</p></blockquote>\n`
    case 'link':
      return html`<p><a href="${line.href}">${line.label}</a></p>\n`
    case 'call':
      return html`<p><a href="${line.url}">${line.label}</a></p>\n`
    case 'choice':
      return html`<form method="post" action="${line.path}"><p><input type="hidden" name="choice" value="${line.choice}" /><input type="submit" value="${line.label}" /></p></form>\n`
    default:
      return line satisfies never
  }
}
