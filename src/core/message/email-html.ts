import { html, raw } from 'hono/html'
import type { Locale } from '../locale.ts'
import type { Parts } from './parts.ts'

/**
 * Colours for light and dark; what a client drops of it still reads, since nothing hangs on an image, a table
 * or a style.
 */
export const MAIL_STYLE = raw(`
:root{color-scheme:light dark;supported-color-schemes:light dark}
body{margin:0;padding:24px 12px;background:#f6f5f1;color:#1f2933;font:16px/1.5 -apple-system,"Segoe UI",Roboto,"Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif}
.card,.foot{max-width:520px;margin:0 auto}
.card{padding:24px;background:#fff;border:1px solid #e1e4e8;border-radius:12px}
p{margin:0 0 12px}
blockquote{margin:0 0 20px;padding:2px 0 2px 14px;border-left:3px solid #0b6b62;font-size:18px;overflow-wrap:anywhere}
.title{margin:0 0 4px;font-size:18px;font-weight:600;overflow-wrap:anywhere}
.soft{color:#5b6670;font-size:14px;overflow-wrap:anywhere}
.number{font-size:24px;font-weight:600;overflow-wrap:anywhere}
.button{display:inline-block;padding:12px 24px;border-radius:8px;background:#0b6b62;color:#fff;font-weight:600;text-decoration:none}
.bare{margin:12px 0 0;font-size:14px;overflow-wrap:anywhere}
a{color:#0b6b62}
.foot{padding:16px 24px 0;color:#5b6670;font-size:13px}
@media (prefers-color-scheme:dark){
body{background:#14171a;color:#e6e9ec}
.card{background:#1f2428;border-color:#343b42}
.soft,.foot{color:#a3adb7}
a{color:#5fd6c6}
.button{background:#5fd6c6;color:#06231f}
}
`)

/** The mail as HTML: the sender first, their note, what the link leads to, the link, and how to stop. */
export function emailHtml(parts: Parts, stopUrl: string, locale: Locale): string {
  const { t, recipient, link } = parts
  return String(html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${parts.lead}</title>
<style>${MAIL_STYLE}</style>
</head>
<body>
<div class="card">
${recipient === '' ? '' : html`<p>${t('message.hello', { name: recipient })}</p>\n`}<p>${strongName(parts)}</p>
${note(parts.note)}${card(parts)}<p><a class="button" href="${link}">${parts.open}</a></p>
<p class="bare"><a href="${link}">${link}</a></p>
</div>
<div class="foot">
<p>${parts.why}${parts.tracked === '' ? '' : html`<br>${parts.tracked}`}</p>
<p><a href="${stopUrl}">${t('message.stop')}</a></p>
</div>
</body>
</html>
`)
}

function strongName({ lead, name }: Parts) {
  const at = lead.indexOf(name)
  return html`${lead.slice(0, at)}<strong>${name}</strong>${lead.slice(at + name.length)}`
}

function note(text: string) {
  if (text === '') return ''
  const lines = text.split('\n').map((line, n) => (n === 0 ? line : html`<br>\n${line}`))
  return html`<blockquote>${lines}</blockquote>\n`
}

function card({ title, description, host, number, telUrl }: Parts) {
  const shown = telUrl === '' ? html`${number}` : html`<a href="${telUrl}">${number}</a>`
  return html`${title === '' ? '' : html`<p class="title">${title}</p>\n`}${
    description === '' ? '' : html`<p class="soft">${description}</p>\n`
  }${host === '' ? '' : html`<p class="soft">${host}</p>\n`}${
    number === '' ? '' : html`<p class="number">${shown}</p>\n`
  }`
}
