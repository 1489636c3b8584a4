import type { DeliveryView } from '#engine/engine.ts'
import { channelIcon, stateWord } from './channel-words.ts'
import { buttonForm, hidden, inputField } from './fields.ts'
import { type Html, html } from './html.ts'
import { icon } from './icons.ts'
import { timeTag } from './time.ts'
import type { PageView } from './view.ts'

/** One recipient of a share: who, how it stands, what can be done about it. */
export function deliveryRow(view: PageView, delivery: DeliveryView): Html {
  const t = view.texts
  const state = stateWord(view, delivery)
  const who = delivery.name ?? delivery.recipient ?? t('web.delivery.blanked')
  return html`<li class="delivery" id="d-${delivery.id}">
<div class="who">${channelIcon(delivery.channel)}<span><strong>${who}</strong>
<span class="muted">${t(`web.channel.${delivery.channel}`)}${delivery.address && delivery.address !== who && html` · ${delivery.address}`}</span></span></div>
<div class="state ${state.tone}">${icon(state.icon)}<span>${state.text}${dueText(view, delivery)}</span></div>
${delivery.error && html`<p class="reason">${delivery.error.detail}</p>`}
<div class="foot"><div class="opens">${opensText(view, delivery)}</div>
${rowActions(view, delivery)}</div>
</li>`
}

/** When it goes out, where that is still to come. */
function dueText(view: PageView, { state, dueAt }: DeliveryView): Html | null {
  const shown = state === 'scheduled' || state === 'queued'
  if (!shown || dueAt === null || dueAt < view.now + 1000) return null
  return html` · ${timeTag(view, dueAt)}`
}

function opensText(view: PageView, delivery: DeliveryView): Html | null {
  const t = view.texts
  if (!delivery.tracked) return html`<span class="muted">${t('web.delivery.untracked')}</span>`
  if (delivery.firstOpenedAt === null) {
    const out = ['accepted', 'delivered', 'unknown'].includes(delivery.state)
    return out ? html`<span class="muted">${t('web.delivery.unopened')}</span>` : null
  }
  const key = delivery.doubtful ? 'web.delivery.doubtful' : 'web.delivery.opened'
  return html`<span class="tag ${delivery.doubtful ? 'doubt' : 'opened'}">${icon('opened')}${t(key)}</span> ${timeTag(view, delivery.firstOpenedAt)}${
    delivery.opens > 1 && html` · ${t('web.delivery.times', { count: delivery.opens })}`
  }`
}

function rowActions(view: PageView, delivery: DeliveryView): Html {
  const t = view.texts
  const path = `/deliveries/${delivery.id}`
  const { may } = delivery
  const dead = delivery.state === 'recalled'
  return html`<div class="row-actions">
${may.retry && buttonForm(view, `${path}/retry`, t('web.delivery.retry'))}
${may.cancel && buttonForm(view, `${path}/cancel`, t('web.delivery.cancel'))}
<details class="more"><summary>${t('web.delivery.more')}</summary><div class="menu">
${
  !dead &&
  html`<label class="link-field"><span>${t('web.delivery.link')}</span>
<span class="copy"><input readonly value="${delivery.link}" data-copy-source><button type="button" class="small" hidden data-copy data-copied="${t('web.copied')}">${t('web.copy')}</button></span></label>`
}
${may.fix && fixForm(view, delivery, path)}
<p class="actions">${!dead && html`<a class="button small" href="${path}/qr">${t('web.delivery.qr')}</a>`}
<a class="button small" href="${path}/message">${t('web.delivery.message')}</a>
${may.recall && html`<a class="button small danger-line" href="${path}/recall">${t('web.delivery.recall')}</a>`}</p>
</div></details>
</div>`
}

function fixForm(view: PageView, delivery: DeliveryView, path: string): Html {
  const t = view.texts
  return html`<form method="post" action="${path}/fix" class="fix">${hidden('_csrf', view.csrf)}
${inputField({
  name: 'to',
  id: `fix-${delivery.id}`,
  label: t('web.delivery.fix'),
  value: delivery.recipient ?? '',
  required: true,
  autocomplete: 'off',
})}<button class="small">${t('web.delivery.fixButton')}</button></form>`
}
