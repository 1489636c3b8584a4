import type { Locale } from '#core/locale.ts'
import { type AssetName, assetUrl } from './assets.ts'
import { hidden } from './fields.ts'
import { type Fragment, type Html, html } from './html.ts'
import { icon } from './icons.ts'
import type { PageView, PublicView } from './view.ts'

export interface PageParts {
  readonly title: string
  readonly body: Fragment
  /** A lone card in the middle: signing in, confirming. */
  readonly narrow?: boolean
}

/** A page for senders: header with the ways about, what is wrong now, the page, the language switch. */
export function page(view: PageView, parts: PageParts): string {
  return htmlDocument(view, parts.title, WHOLE_LOOK, [
    html`<a class="skip" href="#main">${view.texts('web.skip')}</a>`,
    header(view),
    view.banners.map((text) => banner('warning', text)),
    html`<main id="main" class="${parts.narrow ? 'narrow' : ''}">${parts.body}</main>`,
    footer(view),
    html`<script src="${assetUrl('app.js')}" type="module"></script>`,
  ])
}

/** A page for recipients: no session, no script, no way into the sender's pages. */
export function publicPage(view: PublicView, parts: PageParts): string {
  return htmlDocument(view, parts.title, SMALL_LOOK, [
    html`<main class="public">${parts.body}</main>`,
    html`<footer class="site"><p class="muted">${view.texts('web.madeWith')}</p></footer>`,
  ])
}

/** A long text to read: no session, no script. */
export function documentPage(view: PublicView, parts: PageParts): string {
  return htmlDocument(view, parts.title, WHOLE_LOOK, [
    html`<header class="site">${brand(view)}</header>`,
    html`<main class="document">${parts.body}</main>`,
  ])
}

/** Recipients' pages make do with the smaller half. */
const SMALL_LOOK: readonly AssetName[] = ['base.css']
const WHOLE_LOOK: readonly AssetName[] = ['base.css', 'style.css']

function htmlDocument(
  view: PublicView,
  title: string,
  look: readonly AssetName[],
  body: Fragment,
): string {
  const name = view.texts('web.appName')
  return html`<!doctype html>
<html lang="${view.locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title === name ? name : `${title} · ${name}`}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="manifest" href="/manifest.webmanifest">
${look.map((name) => html`<link rel="stylesheet" href="${assetUrl(name)}">`)}
</head>
<body>
${body}
</body>
</html>
`.toString()
}

function header(view: PageView): Html {
  const t = view.texts
  return html`<header class="site">
${brand(view)}
${
  view.account &&
  html`<nav aria-label="${t('web.nav')}">
${navLink(view, '/shares', t('web.nav.shares'))}
${navLink(view, '/contacts', t('web.nav.contacts'))}
${view.outbox && navLink(view, '/outbox', t('web.nav.outbox'))}
${navLink(view, '/account', t('web.nav.account'))}
</nav>`
}
</header>`
}

function brand(view: PublicView): Html {
  return html`<a class="brand" href="/">${icon('link')}<span>${view.texts('web.appName')}</span></a>`
}

function navLink(view: PageView, href: string, label: string): Html {
  const here = view.here.split('?')[0] ?? ''
  const current = here === href || here.startsWith(`${href}/`)
  return html`<a href="${href}"${current && html` aria-current="page"`}>${label}</a>`
}

function footer(view: PageView): Html {
  const t = view.texts
  return html`<footer class="site">
<p class="languages" aria-label="${t('web.language')}">${languageLink(view, 'en', 'English')}${languageLink(view, 'zh-CN', '简体中文')}</p>
${
  view.account &&
  html`<form method="post" action="/sign-out">${hidden('_csrf', view.csrf)}<button class="quiet">${t('web.signOut')}</button></form>`
}
</footer>`
}

/** A language is always called by its own name. */
function languageLink(view: PageView, locale: Locale, name: string): Html {
  const current = view.locale === locale
  const href = `/language?locale=${locale}&next=${encodeURIComponent(view.here)}`
  return html`<a href="${href}" lang="${locale}" hreflang="${locale}" rel="nofollow"${current && html` aria-current="true"`}>${name}</a>`
}

/** A sentence that stands out: what went wrong, what was done, what to know. */
export function banner(kind: 'warning' | 'error' | 'done' | 'info', body: Fragment): Html {
  const role = kind === 'error' ? 'alert' : 'status'
  const name = { warning: 'warning', error: 'failed', done: 'sent', info: 'question' } as const
  return html`<div class="banner ${kind}" role="${role}">${icon(name[kind])}<div>${body}</div></div>`
}
