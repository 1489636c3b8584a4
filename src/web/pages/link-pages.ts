/**
 * What stands behind a recipient's link where it is not a plain redirect. Public: no session, no script, and
 * the code in no title.
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js'
import type { Locale } from '#core/locale.ts'
import type { MediaTarget, PhoneTarget } from '#core/target.ts'
import { textsFor } from '#locales/texts.ts'
import type { Link } from '#ports/store/visits.ts'
import { type Fragment, type Html, html } from './html.ts'
import { icon } from './icons.ts'
import { publicPage } from './layout.ts'
import { qrSvg } from './qr.ts'
import type { PublicView } from './view.ts'

/** The page of a link that is answered with one: its player or its Call button. */
export function linkPage(locale: Locale, link: Link): string {
  const { target } = link
  switch (target.kind) {
    case 'media':
      return watchPage(locale, link, target)
    case 'phone':
      return callPage(locale, link, target)
    case 'page':
      return elsewherePage(locale, link)
    default:
      return target satisfies never
  }
}

/** A player, the sender's note, and a link to the original. */
function watchPage(locale: Locale, link: Link, target: MediaTarget): string {
  const view = publicView(locale)
  const title = target.title || fileName(target.url)
  return publicPage(view, {
    title,
    body: html`<article class="card">
${noteOf(view, link)}
<h1>${title}</h1>
<div class="player">${player(target, title)}</div>
<p><a class="button" href="${target.url}" rel="noreferrer noopener">${view.texts(`web.watch.original.${target.media}`)}</a>
<span class="muted">${hostOf(target.url)}</span></p>
</article>`,
  })
}

/** One big button that calls; on a screen without a phone, a code for one that has. */
function callPage(locale: Locale, link: Link, target: PhoneTarget): string {
  const view = publicView(locale)
  const t = view.texts
  const number = readableNumber(target)
  const code = target.postdial.replace(/^,+/, '')
  return publicPage(view, {
    title: target.title || number,
    body: html`<article class="card call">
${noteOf(view, link)}
<h1>${target.title || t('web.call.title')}</h1>
<p class="number"><bdi>${number}</bdi></p>
${code && html`<p>${t('web.call.code')} <strong class="access">${code}</strong></p>`}
<p><a class="button primary big" href="${target.url}">${icon('phone')}${t('web.call.button')}</a></p>
${code && html`<p class="muted">${t('web.call.codeDialled')}</p>`}
<div class="desktop-only">${qrSvg(target.url, t('web.call.qrLabel', { number }))}<p class="muted">${t('web.call.qr')}</p></div>
</article>`,
  })
}

export function notFoundPage(locale: Locale): string {
  const t = textsFor(locale)
  return lonePage(locale, t('web.unknownLink.title'), t('web.unknownLink.body'))
}

export function gonePage(locale: Locale, why: 'expired' | 'recalled'): string {
  const t = textsFor(locale)
  return lonePage(locale, t(`web.gone.${why}.title`), t(`web.gone.${why}.body`))
}

/** Where a redirect cannot be sent as one: the link itself. */
function elsewherePage(locale: Locale, link: Link): string {
  const { url, title } = link.target
  return lonePage(
    locale,
    title || hostOf(url),
    html`<a class="button" href="${url}" rel="noreferrer noopener">${hostOf(url)}</a>`,
  )
}

export function lonePage(locale: Locale, title: string, body: Fragment): string {
  const view = publicView(locale)
  return publicPage(view, {
    title,
    body: html`<article class="card center"><h1>${title}</h1><p>${body}</p></article>`,
  })
}

function publicView(locale: Locale): PublicView {
  return { locale, texts: textsFor(locale) }
}

function noteOf(view: PublicView, link: Link): Html {
  return html`<p class="from">${view.texts('web.from', { sender: link.senderName })}</p>
${link.note && html`<blockquote class="note">${link.note}</blockquote>`}`
}

function player(target: MediaTarget, title: string): Html {
  switch (target.media) {
    case 'video':
      return html`<video controls playsinline preload="metadata" src="${target.url}" aria-label="${title}"></video>`
    case 'audio':
      return html`<audio controls preload="metadata" src="${target.url}" aria-label="${title}"></audio>`
    case 'image':
      return html`<img src="${target.url}" alt="${title}" referrerpolicy="no-referrer">`
    default:
      return target.media satisfies never
  }
}

/** As people write it: `+86 10 6552 9988`; a short code as it stands. */
export function readableNumber(target: PhoneTarget): string {
  if (!target.number.startsWith('+')) return target.number
  return parsePhoneNumberFromString(target.number)?.formatInternational() ?? target.number
}

export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? ''
}

function fileName(url: string): string {
  const last = URL.parse(url)?.pathname.split('/').findLast(Boolean) ?? ''
  try {
    return decodeURIComponent(last) || hostOf(url)
  } catch {
    return last
  }
}

/** What may stand in an href that a person or a provider wrote. */
export function isWebUrl(url: string | undefined): url is string {
  return url !== undefined && /^https?:\/\//i.test(url)
}
