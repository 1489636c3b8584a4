import { html } from 'hono/html'
import { textsFor } from '#locales/texts.ts'
import type { Locale } from '../locale.ts'
import { MAIL_STYLE } from './email-html.ts'
import { wrap } from './email-text.ts'
import type { RenderedEmail } from './message.ts'
import { SERVICE } from './parts.ts'

const WIDTH = 72

/** Mail of the service itself, to an account. */
export type SystemMail = MailParts &
  (
    | {
        /** The account asked for it; `url` leads to a one-time page. */
        readonly kind: 'verify' | 'reset'
        readonly forHours: number
      }
    | {
        /** Something has changed about who comes to the account; `url` leads to where that is seen. */
        readonly kind: 'notice'
        /** What has changed, one sentence; when it did, in the account's time zone. */
        readonly news: string
        readonly at: string
      }
  )

interface MailParts {
  /** Names the mail: the same for every try. */
  readonly id: string
  readonly locale: Locale
  /** Of the account: nothing else that somebody chose stands in mail to a mailbox that may be another's. */
  readonly username: string
  /** Never cut. */
  readonly url: string
  /** Where the service stands. */
  readonly host: string
}

/**
 * What an account asked for, or is told. `envelope`: as the channel writes its mail, for whom it is to and the mailbox that it is
 * from. It comes from the service by name, and names nobody to answer to.
 */
export function renderSystemMail(envelope: RenderedEmail, mail: SystemMail): RenderedEmail {
  const words = wordsOf(mail)
  const domain = envelope.messageId.slice(envelope.messageId.lastIndexOf('@') + 1)
  return {
    ...envelope,
    from: { name: SERVICE, address: envelope.from.address },
    replyTo: null,
    subject: words.subject,
    text: textOf(words, mail),
    html: pageOf(words, mail),
    messageId: `<account-${mail.id}@${domain}`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'OOF, AutoReply' },
  }
}

interface Words {
  readonly subject: string
  readonly lead: string
  readonly act: string
  readonly until: string
  readonly foot: string
}

function wordsOf(mail: SystemMail): Words {
  const { kind, locale, username, host } = mail
  const t = textsFor(locale)
  const about = { service: SERVICE, host, username }
  const shared = { act: t(`message.account.${kind}.act`), foot: t(`message.account.${kind}.foot`) }
  const subject = t(`message.account.${kind}.subject`, { service: SERVICE })
  if (mail.kind === 'notice') {
    const { news, at } = mail
    const lead = t('message.account.notice.lead', { ...about, news, at })
    return { ...shared, subject, lead, until: t('message.account.notice.until') }
  }
  const lead = t(`message.account.${mail.kind}.lead`, about)
  return { ...shared, subject, lead, until: t('message.account.until', { hours: mail.forHours }) }
}

function textOf({ lead, act, until, foot }: Words, { url }: SystemMail): string {
  const blocks = [
    wrap(lead, WIDTH),
    `${act}:\n${url}`,
    wrap(until, WIDTH),
    `-- \n${wrap(foot, WIDTH)}`,
  ]
  return `${blocks.join('\n\n')}\n`
}

function pageOf({ subject, lead, act, until, foot }: Words, mail: SystemMail): string {
  const { locale, url } = mail
  return String(html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
<style>${MAIL_STYLE}</style>
</head>
<body>
<div class="card">
<p>${lead}</p>
<p><a class="button" href="${url}">${act}</a></p>
<p class="bare"><a href="${url}">${url}</a></p>
<p class="soft">${until}</p>
</div>
<div class="foot"><p>${foot}</p></div>
</body>
</html>
`)
}
