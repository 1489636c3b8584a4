import { html } from 'hono/html'
import { textsFor } from '#locales/texts.ts'
import type { Locale } from '../locale.ts'
import { cleanLine, shorten } from '../text.ts'
import { wrap } from './email-text.ts'
import type { RenderedEmail } from './message.ts'
import { SERVICE } from './parts.ts'

const MAX_SUBJECT = 150
const MAX_TITLE = 120
const WIDTH = 72

/** A recipient's answer, for the sender of what it answers. */
export interface ReplyMail {
  /** Names the mail: the same for every attempt. */
  readonly id: string
  readonly locale: Locale
  /** The recipient as the sender wrote them. */
  readonly who: string
  readonly text: string
  /** Of what was shared. */
  readonly title: string
  /** The share's page. */
  readonly url: string
}

/**
 * The mail that passes an answer on. `envelope`: as the channel writes its mail, for whom it is from and to. Mail
 * that answers it would reach nobody, so that it names no Reply-To and asks responders to be quiet.
 */
export function renderReplyMail(envelope: RenderedEmail, reply: ReplyMail): RenderedEmail {
  const t = textsFor(reply.locale)
  const who = cleanLine(reply.who) || SERVICE
  const title = shorten(cleanLine(reply.title), MAX_TITLE)
  const lead = t('message.reply.lead', { who, title })
  const open = t('message.reply.open')
  const foot = t('message.reply.foot', { service: SERVICE })
  const domain = envelope.messageId.slice(envelope.messageId.lastIndexOf('@') + 1)
  const quote = wrap(reply.text, WIDTH - 2).replace(/^/gm, '> ')
  const said = shorten(cleanLine(reply.text), MAX_SUBJECT)
  return {
    ...envelope,
    replyTo: null,
    subject: shorten(t('message.reply.subject', { who, text: said }), MAX_SUBJECT),
    text: `${[lead, quote, `${open}: ${reply.url}`, `-- \n${wrap(foot, WIDTH)}`].join('\n\n')}\n`,
    html: pageOf(reply, { lead, open, foot }),
    messageId: `<reply-${reply.id}@${domain}`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'OOF, AutoReply' },
  }
}

function pageOf(
  { locale, text, url }: ReplyMail,
  words: { readonly lead: string; readonly open: string; readonly foot: string },
): string {
  const lines = text.split('\n').map((line, n) => (n === 0 ? line : html`<br>\n${line}`))
  return String(html`<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${words.lead}</title></head>
<body>
<p>${words.lead}</p>
<blockquote style="overflow-wrap:anywhere">${lines}</blockquote>
<p><a href="${url}">${words.open}</a></p>
<p><small>${words.foot}</small></p>
</body>
</html>
`)
}
