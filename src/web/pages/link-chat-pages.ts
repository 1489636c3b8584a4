/** The way from a chat: who asks, the PIN to be typed there, and what became of it. */
import type { Account } from '#core/account.ts'
import type { PlatformUser } from '#core/identity.ts'
import { handleOf, platformName, userCard, whoCard } from './chat-words.ts'
import { lonely } from './credentials-page.ts'
import { buttonForm, hidden } from './fields.ts'
import { type Fragment, type Html, html } from './html.ts'
import { icon } from './icons.ts'
import { banner, page } from './layout.ts'
import { registerPath } from './sign-in-pages.ts'
import { timeTag } from './time.ts'
import type { PageView } from './view.ts'

export interface AskedLink {
  readonly user: PlatformUser
  /** The account that the user acts for now, where it is another. */
  readonly movesFrom: Account | null
  readonly fault?: string | undefined
  readonly flash?: string | undefined
}

/** Before anything is agreed to: who asks, and for which account. */
export function askedLinkPage(view: PageView, asked: AskedLink): string {
  const t = view.texts
  const { user, fault, flash } = asked
  const platform = platformName(view, user.platform)
  const title = t('web.link.title', { platform })
  return page(view, {
    title,
    narrow: true,
    body: html`<section class="card"><h1>${title}</h1>
${flash && banner('done', flash)}${fault && banner('error', fault)}
${userCard(view, user)}
${view.account ? agreement(view, view.account, asked) : signInFirst(view, asked)}
</section>`,
  })
}

function agreement(view: PageView, account: Account, { user, movesFrom }: AskedLink): Html {
  const t = view.texts
  const who = handleOf(user)
  return html`<p>${t('web.link.for')}</p>
${whoCard(icon('person'), account.displayName, `@${account.username}`)}
${movesFrom && banner('warning', t('web.link.moves', { who, name: movesFrom.displayName, username: movesFrom.username }))}
<p>${t('web.link.means', { who })}</p>
<p>${t('web.link.onlyYours', { who })}</p>
<div class="actions">${buttonForm(view, view.here, t(movesFrom ? 'web.link.move' : 'web.link.agree'), { kind: 'primary' })}<a class="button" href="/">${t('web.keep')}</a></div>
<div class="ways">${buttonForm(view, '/sign-out', t('web.link.otherAccount'), { kind: 'as-link', fields: hidden('next', view.here) })}</div>`
}

function signInFirst(view: PageView, { user }: AskedLink): Html {
  const t = view.texts
  return html`<p>${t('web.link.signIn', { who: handleOf(user) })}</p>
<div class="actions"><a class="button primary" href="/sign-in?next=${encodeURIComponent(view.here)}">${t('web.signIn')}</a>${
    view.signUp === 'open' &&
    html`<a class="button" href="${registerPath(view.here)}">${t('web.signIn.register')}</a>`
  }</div>`
}

export interface ShownPin {
  readonly user: PlatformUser
  readonly pin: string
  readonly until: number
}

/** The PIN, for the chat that the link came from. Turns into the next page by itself once it was typed there. */
export function pinPage(view: PageView, { user, pin, until }: ShownPin): string {
  const t = view.texts
  const platform = platformName(view, user.platform)
  return livePage(view, {
    title: t('web.pin.title'),
    poll: `${view.here}/state`,
    body: html`<h1>${t('web.pin.title')}</h1>
${userCard(view, user)}
<p>${t('web.pin.where', { platform, who: handleOf(user) })}</p>
<p class="pin" role="img" aria-label="${[...pin].join(' ')}"><span>${pin.slice(0, 3)}</span><span>${pin.slice(3)}</span></p>
${banner('warning', t('web.pin.secret'))}
<p class="muted">${timeLeft(view, until)}</p>
<noscript><p><a class="button" href="${view.here}">${t('web.status.refresh')}</a></p></noscript>`,
  })
}

export function linkedPage(view: PageView, user: PlatformUser): string {
  const t = view.texts
  const platform = platformName(view, user.platform)
  return livePage(view, {
    title: t('web.linked.title'),
    body: html`<h1 class="good-news">${icon('sent')}${t('web.linked.title')}</h1>
${userCard(view, user)}
<p>${t('web.linked.body', { platform, who: handleOf(user) })}</p>
<p class="muted">${t('web.linked.undo')}</p>
<div class="actions"><a class="button primary" href="/">${t('web.toHome')}</a><a class="button" href="/account/chats">${t('web.linked.chats')}</a></div>`,
  })
}

function livePage(
  view: PageView,
  {
    title,
    poll,
    body,
  }: { readonly title: string; readonly poll?: string; readonly body: Fragment },
): string {
  return page(view, {
    title,
    narrow: true,
    body: html`<section class="card" data-live aria-live="polite"${poll && html` data-poll="${poll}"`}>${body}</section>`,
  })
}

/** Used, run out, unknown; or opened by another account before. */
export function voidLinkPage(view: PageView, why: 'gone' | 'anothers'): string {
  const t = view.texts
  return lonely(view, {
    title: t(`web.link.${why}.title`),
    body: html`<p>${t(`web.link.${why}.body`)}</p>`,
    actions: html`<a class="button primary" href="/">${t('web.toHome')}</a>${
      view.account && html`<a class="button" href="/account/chats">${t('web.linked.chats')}</a>`
    }`,
  })
}

/** Until when; the page's script counts down beside it. */
export function timeLeft(view: PageView, until: number): Html {
  return html`${view.texts('web.pin.until')} ${timeTag(view, until)} <span class="countdown" data-until="${until}" hidden></span>`
}
