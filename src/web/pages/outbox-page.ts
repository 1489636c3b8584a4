import type { KeptMessage } from '#ports/store/connections.ts'
import type { Page } from '#ports/store/page.ts'
import { channelIcon } from './channel-words.ts'
import { type Html, html } from './html.ts'
import { icon } from './icons.ts'
import { page } from './layout.ts'
import { messageView } from './message-view.ts'
import { olderLink } from './shares-page.ts'
import { timeTag } from './time.ts'
import type { PageView } from './view.ts'

/** What channels without credentials would have sent, newest first. */
export function outboxPage(view: PageView, messages: Page<KeptMessage>): string {
  const t = view.texts
  return page(view, {
    title: t('web.nav.outbox'),
    body: html`<header><h1>${t('web.nav.outbox')}</h1>
<p class="kept">${icon('kept')}${t('web.outbox.lead')}</p></header>
${messages.items.length === 0 && html`<p class="empty">${t('web.outbox.none')}</p>`}
<div class="outbox">${messages.items.map((message) => keptMessage(view, message))}</div>
${olderLink(view, '/outbox', messages.cursor)}`,
  })
}

function keptMessage(view: PageView, message: KeptMessage): Html {
  const t = view.texts
  const { rendered, recipient } = message
  // Mail of the service itself belongs to no delivery.
  const mailbox = rendered.channel === 'email' ? rendered.to.address : null
  const name = recipient ?? mailbox ?? t('web.delivery.blanked')
  return html`<section class="kept-message">
<header><span class="who">${channelIcon(rendered.channel)}<span><strong>${name}</strong><span class="muted">${t(`web.channel.${rendered.channel}`)} · ${timeTag(view, message.at)}</span></span></span>
<span class="tag">${t('state.kept')}</span></header>
${messageView(view, rendered, `/outbox/${message.delivery}/mail`)}
<p class="actions"><a class="button" href="${message.link}" target="_blank" rel="noreferrer">${t('web.outbox.openAs', { name })}</a>
<a class="button quiet" href="/outbox/${message.delivery}">${t('web.outbox.alone')}</a></p>
</section>`
}

/** One kept message by itself. */
export function keptMessagePage(view: PageView, message: KeptMessage): string {
  return page(view, {
    title: view.texts('web.nav.outbox'),
    body: html`<p><a href="/outbox">← ${view.texts('web.nav.outbox')}</a></p>${keptMessage(view, message)}`,
  })
}
