import { costWords, moneyWords } from '#core/sending-words.ts'
import type { DeliveryView, ReplyView, ShareView } from '#engine/engine.ts'
import type { Page } from '#ports/store/page.ts'
import type { Visit, VisitStats } from '#ports/store/visits.ts'
import { deliveryRow } from './delivery-row.ts'
import { areaField, buttonForm, hidden } from './fields.ts'
import { type Html, html } from './html.ts'
import { banner, page } from './layout.ts'
import { hostOf } from './link-pages.ts'
import { opensChart, visitTable } from './opens-chart.ts'
import { replyList } from './reply-list.ts'
import { targetName, targetPlace } from './shares-page.ts'
import { timeTag } from './time.ts'
import type { PageView } from './view.ts'

export interface StatusParts {
  readonly share: ShareView
  readonly stats: VisitStats
  readonly newest: readonly Visit[]
  /** What recipients wrote back, newest first. */
  readonly replies: Page<ReplyView>
  /** Right after sending: the way back is offered. */
  readonly done: boolean
  /** Where Done leads: an http or https URL, or empty for the shared page. */
  readonly return: string
  /** Deliveries are shown from this one on. */
  readonly from: number
  /** What the last action came to, once. */
  readonly flash?: string | undefined
  readonly fault?: string | undefined
  /** Adds the people of this form once, however often it is sent. */
  readonly key: string
  /** What was typed into "Add people", where it was refused. */
  readonly added?: string | undefined
}

const ROWS = 100

export function statusPage(view: PageView, parts: StatusParts): string {
  const { share } = parts
  const name = targetName(share.target)
  return page(view, {
    title: name,
    body: html`${parts.flash && banner('done', parts.flash)}${parts.fault && banner('error', parts.fault)}
${parts.done && doneBar(view, parts)}
<div data-live data-events="/shares/${share.id}/events" data-revision="${share.revision}">
${undoBanner(view, parts)}
${shareHeader(view, share, name)}
${deliveryList(view, parts)}
${replyList(view, parts.replies)}
</div>
${addPeople(view, parts)}
${shareActions(view, parts)}
<div data-live>${opensChart(view, parts.stats)}${visitTable(view, share, parts.newest)}</div>`,
  })
}

function shareHeader(view: PageView, share: ShareView, name: string): Html {
  const t = view.texts
  const opened = share.deliveries.filter((d) => d.firstOpenedAt !== null).length
  return html`<header class="share-head">
<h1>${name}</h1>
<p class="muted">${share.target.kind === 'phone' ? targetPlace(share.target) : html`<a href="${share.target.url}" rel="noreferrer">${share.target.url}</a>`}</p>
${share.note && html`<blockquote class="note">${share.note}</blockquote>`}
<p class="muted">${t('web.status.shared')} ${timeTag(view, share.createdAt)}
${share.sendAt !== null && html` · ${t('web.status.sendAt')} ${timeTag(view, share.sendAt)}`}
${share.expiresAt !== null && html` · ${t('web.status.expires')} ${timeTag(view, share.expiresAt)}`}
 · <a href="/shares/${share.id}">${t('web.status.refresh')}</a></p>
${share.recalledAt !== null ? banner('info', t('web.status.recalled')) : share.cancelledAt !== null && banner('info', t('web.status.cancelled'))}
<p class="totals"><span>${t('web.shares.people', { count: share.deliveries.length })}</span>
${tally(view, share.deliveries)}
${opened > 0 && html`<span class="tag opened">${t('web.shares.opened', { count: opened })}</span>`}</p>
${costLine(view, share)}
</header>`
}

function costLine(view: PageView, { cost }: ShareView): Html | null {
  const words = costWords(cost, view.texts, (sum) => moneyWords(sum, view.locale))
  return words.length > 0 ? html`<p class="muted">${words.join(' · ')}</p>` : null
}

/** How many stand where: the outbox's apart, for they went nowhere. */
function tally(view: PageView, deliveries: readonly DeliveryView[]): Html[] {
  const t = view.texts
  const counts = [
    { key: 'web.tally.kept', tone: '', count: count(deliveries, isKept) },
    { key: 'web.tally.sent', tone: 'good', count: count(deliveries, isSent) },
    { key: 'web.tally.pending', tone: '', count: count(deliveries, isPending) },
    { key: 'web.tally.failed', tone: 'failed', count: count(deliveries, isTrouble) },
  ] as const
  return counts
    .filter((entry) => entry.count > 0)
    .map(({ key, tone, count }) => html`<span class="tag ${tone}">${t(key, { count })}</span> `)
}

function count(deliveries: readonly DeliveryView[], test: (d: DeliveryView) => boolean): number {
  return deliveries.filter(test).length
}

const arrived = (d: DeliveryView): boolean => d.state === 'accepted' || d.state === 'delivered'
const isKept = (d: DeliveryView): boolean => d.via === 'outbox' && arrived(d)
const isSent = (d: DeliveryView): boolean => d.via !== 'outbox' && arrived(d)
const isPending = (d: DeliveryView): boolean =>
  ['scheduled', 'queued', 'sending', 'waiting'].includes(d.state)
const isTrouble = (d: DeliveryView): boolean =>
  ['failed', 'suppressed', 'unknown'].includes(d.state)

function deliveryList(view: PageView, { share, from }: StatusParts): Html {
  const shown = share.deliveries.slice(from, from + ROWS)
  const next = from + ROWS
  return html`<ul class="deliveries">${shown.map((delivery) => deliveryRow(view, delivery))}</ul>
${next < share.deliveries.length && html`<p class="older"><a class="button" href="/shares/${share.id}?from=${next}">${view.texts('web.status.more', { count: share.deliveries.length - next })}</a></p>`}`
}

/** Said once, with the moment it ends: no ticking. */
function undoBanner(view: PageView, { share }: StatusParts): Html | null {
  const t = view.texts
  if (share.sendAt !== null || share.cancelledAt !== null || share.recalledAt !== null) return null
  const held = share.deliveries.filter(
    (d) =>
      d.state === 'scheduled' && d.error === null && d.attempts === 0 && (d.dueAt ?? 0) > view.now,
  )
  const due = Math.max(0, ...held.map((d) => d.dueAt ?? 0))
  if (held.length === 0) return null
  return html`<div class="banner info undo" role="status"><div>${t(held.every(({ via }) => via === 'outbox') ? 'web.undo.kept' : 'web.undo.text', { seconds: Math.ceil((due - view.now) / 1000) })}</div>
${buttonForm(view, `/shares/${share.id}/cancel`, t('web.undo.button'), { kind: 'primary small' })}</div>`
}

function doneBar(view: PageView, { share, ...parts }: StatusParts): Html {
  const t = view.texts
  const back = parts.return || (share.target.kind === 'phone' ? '/' : share.target.url)
  const label = back === '/' ? t('web.done') : t('web.doneTo', { host: hostOf(back) })
  return html`<p class="done-bar"><a class="button primary" href="${back}" rel="noreferrer" data-leave>${label}</a></p>`
}

function addPeople(view: PageView, { share, added, key }: StatusParts): Html | null {
  const t = view.texts
  if (share.recalledAt !== null || share.cancelledAt !== null) return null
  if (share.expiresAt !== null && share.expiresAt <= view.now) return null
  return html`<details${added !== undefined && html` open`}><summary>${t('web.status.add')}</summary>
<form method="post" action="/shares/${share.id}/recipients" class="stack">${hidden('_csrf', view.csrf)}${hidden('key', key)}
${areaField({ name: 'to', label: t('web.share.to'), value: added ?? '', rows: 2, hint: t('web.share.toHint'), required: true })}
<button>${t('web.status.addButton')}</button></form></details>`
}

/** The same target under the same title, for others. */
function sameAgain({ target }: ShareView): string {
  const { url, title } = target
  const region = target.kind === 'phone' ? target.region : null
  return `${new URLSearchParams({ url, ...(title && { title }), ...(region && { region }) })}`
}

function shareActions(view: PageView, { share }: StatusParts): Html {
  const t = view.texts
  const mayCancel = share.cancelledAt === null && share.deliveries.some((d) => d.may.cancel)
  const mayRecall = share.recalledAt === null && share.deliveries.some((d) => d.may.recall)
  return html`<p class="actions">
${mayCancel && html`<a class="button" href="/shares/${share.id}/cancel">${t('web.status.cancelAll')}</a>`}
${mayRecall && html`<a class="button danger-line" href="/shares/${share.id}/recall">${t('web.status.recallAll')}</a>`}
<a class="button" href="/share?${sameAgain(share)}">${t('web.status.again')}</a>
</p>`
}
