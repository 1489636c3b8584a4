import type {
  Rendered,
  RenderedEmail,
  RenderedTelegram,
  TextEntity,
} from '#core/message/message.ts'
import { type Html, html } from './html.ts'
import { isWebUrl } from './link-pages.ts'
import { slackMessage } from './slack-view.ts'
import type { PageView } from './view.ts'

/** A message in the shape of the device that would show it. `frame` is where a mail's HTML stands alone. */
export function messageView(view: PageView, rendered: Rendered, frame: string): Html {
  switch (rendered.channel) {
    case 'email':
      return mailbox(view, rendered, frame)
    case 'sms':
    case 'carry':
      return bubble(view, rendered.to, linked(rendered.text), segmentsOf(view, rendered))
    case 'wap-push':
      return bubble(
        view,
        rendered.to,
        html`<strong>${rendered.title}</strong><br>${anchor(rendered.href)}`,
        segmentsOf(view, rendered),
      )
    case 'telegram':
      return chat(
        view,
        rendered.to,
        html`<p>${withEntities(rendered)}</p>${telegramButtons(rendered)}`,
      )
    case 'slack':
      return chat(view, rendered.to, slackMessage(rendered))
    case 'matrix':
      return chat(view, rendered.to, html`<p>${linked(rendered.body)}</p>`)
    default:
      return rendered satisfies never
  }
}

function mailbox(view: PageView, mail: RenderedEmail, frame: string): Html {
  const t = view.texts
  const to = mail.to.name ? `${mail.to.name} <${mail.to.address}>` : mail.to.address
  return html`<article class="device mailbox">
<dl><div><dt>${t('web.mail.from')}</dt><dd>${mail.from.name} &lt;${mail.from.address}&gt;</dd></div>
<div><dt>${t('web.mail.to')}</dt><dd>${to}</dd></div>
${mail.replyTo && html`<div><dt>${t('web.mail.replyTo')}</dt><dd>${mail.replyTo}</dd></div>`}
<div><dt>${t('web.mail.subject')}</dt><dd class="subject">${mail.subject}</dd></div></dl>
<iframe src="${frame}" title="${mail.subject}" loading="lazy" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>
<details><summary>${t('web.mail.text')}</summary><pre>${linked(mail.text)}</pre></details>
<details><summary>${t('web.mail.headers')}</summary><pre>${Object.entries({
    'Message-ID': mail.messageId,
    ...mail.headers,
  }).map(([name, value]) => `${name}: ${value}\n`)}</pre></details>
</article>`
}

function bubble(view: PageView, to: string, body: Html, note: string): Html {
  return html`<article class="device phone"><p class="to">${view.texts('web.mail.to')} <strong>${to}</strong></p>
<div class="bubble">${body}</div>${note && html`<p class="muted">${note}</p>`}</article>`
}

function chat(view: PageView, to: string, body: Html): Html {
  return html`<article class="device chat"><p class="to">${view.texts('web.mail.to')} <strong>${to}</strong></p>
<div class="bubble">${body}</div></article>`
}

function segmentsOf(view: PageView, rendered: Rendered): string {
  const many = 'segments' in rendered && rendered.segments > 0
  return many ? view.texts('cost.segments', { count: rendered.segments }) : ''
}

/** Text with its web addresses made into links, and its line breaks kept. */
function linked(text: string): Html {
  const parts = text.split(/(https?:\/\/[^\s<>"]+)/)
  return html`<span class="plain">${parts.map((part, i) => (i % 2 === 1 ? anchor(part) : part))}</span>`
}

function anchor(url: string): Html {
  return html`<a href="${url}" rel="noreferrer" target="_blank">${url}</a>`
}

/** Telegram's entities over its text; where they overlap, the first one that opens holds. */
function withEntities({ text, entities }: RenderedTelegram): Html {
  const pieces: Html[] = []
  let at = 0
  for (const entity of [...entities].sort((a, b) => a.offset - b.offset)) {
    if (entity.offset < at) continue
    pieces.push(linked(text.slice(at, entity.offset)))
    at = entity.offset + entity.length
    pieces.push(entityHtml(entity, text.slice(entity.offset, at)))
  }
  return html`${pieces}${linked(text.slice(at))}`
}

function entityHtml(entity: TextEntity, text: string): Html {
  switch (entity.type) {
    case 'bold':
      return html`<strong>${linked(text)}</strong>`
    case 'italic':
      return html`<em>${linked(text)}</em>`
    case 'blockquote':
      return html`<span class="quote">${linked(text)}</span>`
    case 'text_link':
      return isWebUrl(entity.url)
        ? html`<a href="${entity.url}" rel="noreferrer" target="_blank">${text}</a>`
        : html`${text}`
    default:
      return entity.type satisfies never
  }
}

function telegramButtons({ buttons }: RenderedTelegram): Html | null {
  if (buttons.length === 0) return null
  return html`<p class="keys">${buttons.map((button) =>
    button.kind === 'url' && isWebUrl(button.url)
      ? html`<a class="key" href="${button.url}" rel="noreferrer" target="_blank">${button.label}</a>`
      : html`<span class="key">${button.label}</span>`,
  )}</p>`
}
