import type { DeliveryState } from '#core/delivery.ts'
import type { Target } from '#core/target.ts'
import type { Page } from '#ports/store/page.ts'
import type { ShareSummary } from '#ports/store/shares.ts'
import { type Html, html } from './html.ts'
import { page } from './layout.ts'
import { hostOf, readableNumber } from './link-pages.ts'
import { timeTag } from './time.ts'
import type { PageView } from './view.ts'

export function sharesPage(view: PageView, shares: Page<ShareSummary>): string {
  const t = view.texts
  return page(view, {
    title: t('web.shares.title'),
    body: html`<div class="heading"><h1>${t('web.shares.title')}</h1><a class="button primary" href="/">${t('web.shares.new')}</a></div>
${shares.items.length > 0 ? shareList(view, shares.items) : html`<p class="empty">${t('web.home.none')}</p>`}
${olderLink(view, '/shares', shares.cursor)}`,
  })
}

/** The way to the next page of a listing. */
export function olderLink(view: PageView, path: string, cursor: string | null): Html | null {
  if (cursor === null) return null
  return html`<p class="older"><a class="button" href="${path}?cursor=${encodeURIComponent(cursor)}">${view.texts('web.older')}</a></p>`
}

export function shareList(view: PageView, shares: readonly ShareSummary[]): Html {
  return html`<ul class="list">${shares.map((summary) => shareLine(view, summary))}</ul>`
}

function shareLine(view: PageView, summary: ShareSummary): Html {
  const { share } = summary
  return html`<li><a href="/shares/${share.id}">
<span class="what"><strong>${targetName(share.target)}</strong><span class="muted">${targetPlace(share.target)}</span></span>
<span class="counts">${counts(view, summary)}<span class="muted">${timeTag(view, share.createdAt)}</span></span>
</a></li>`
}

function counts(view: PageView, summary: ShareSummary): Html {
  const t = view.texts
  const trouble = sum(summary, ['failed', 'unknown', 'suppressed'])
  const pending = sum(summary, ['scheduled', 'queued', 'sending', 'waiting'])
  return html`<span>${t('web.shares.people', { count: summary.total })}</span>
${summary.opened > 0 && html`<span class="tag opened">${t('web.shares.opened', { count: summary.opened })}</span>`}
${pending > 0 && html`<span class="tag">${t('web.shares.pending', { count: pending })}</span>`}
${trouble > 0 && html`<span class="tag failed">${t('web.shares.trouble', { count: trouble })}</span>`}`
}

function sum(summary: ShareSummary, states: readonly DeliveryState[]): number {
  return states.reduce((total, state) => total + (summary.states[state] ?? 0), 0)
}

/** What a target is called: its title, else its number or address. */
export function targetName(target: Target): string {
  if (target.title) return target.title
  return target.kind === 'phone' ? readableNumber(target) : target.url
}

/** Where it is: its host, or its number with the access code. */
export function targetPlace(target: Target): string {
  if (target.kind !== 'phone') return hostOf(target.url)
  const code = target.postdial.replace(/^,+/, '')
  return [readableNumber(target), code].filter(Boolean).join(' · ')
}
