import type { Rendered } from '#core/message/message.ts'
import type { DeliveryView } from '#engine/engine.ts'
import { html } from './html.ts'
import { page } from './layout.ts'
import { messageView } from './message-view.ts'
import { qrSvg } from './qr.ts'
import type { PageView } from './view.ts'

/** The message of one recipient, exactly as it goes out. */
export function messagePage(
  view: PageView,
  delivery: DeliveryView,
  rendered: Rendered,
  share: string,
): string {
  const t = view.texts
  const name = nameOf(view, delivery)
  return page(view, {
    title: t('web.message.title', { name }),
    body: html`<header><p><a href="/shares/${share}">← ${t('web.back')}</a></p><h1>${t('web.message.title', { name })}</h1>
<p class="muted">${t(delivery.via === 'outbox' ? 'web.message.kept' : 'web.message.lead')}</p></header>
${messageView(view, rendered, `/deliveries/${delivery.id}/mail`)}`,
  })
}

/** One recipient's own link as a code to hold up to a phone. */
export function qrPage(view: PageView, delivery: DeliveryView, share: string): string {
  const t = view.texts
  const name = nameOf(view, delivery)
  return page(view, {
    title: t('web.qr.title', { name }),
    narrow: true,
    body: html`<section class="card center"><h1>${t('web.qr.title', { name })}</h1>
${qrSvg(delivery.link, t('web.qr.label'))}
<p class="muted">${t('web.qr.lead')}</p><p><a class="button" href="/shares/${share}">${t('web.back')}</a></p></section>`,
  })
}

function nameOf(view: PageView, delivery: DeliveryView): string {
  return delivery.name ?? delivery.recipient ?? view.texts('web.delivery.blanked')
}
