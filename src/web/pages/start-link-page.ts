import type { Account } from '#core/account.ts'
import type { Platform } from '#core/identity.ts'
import { accountPage, copyField } from './account-frame.ts'
import { platformName } from './chat-words.ts'
import { buttonForm, hidden, inputField } from './fields.ts'
import { type Html, html } from './html.ts'
import { timeLeft } from './link-chat-pages.ts'
import { qrSvg } from './qr.ts'
import type { PageView } from './view.ts'

export interface StartLinkParts {
  readonly account: Account
  readonly platform: Platform
  /** Leads to the bot with the secret; null: the platform has no such links. */
  readonly url: string | null
  /** What to write to the bot where there is no link. */
  readonly command: string
  readonly until: number
  /** Why the PIN that was typed is none. */
  readonly fault?: string | undefined
}

/** A link that is begun here: to the chat first, then back with the PIN that is shown there. */
export function startLinkPage(view: PageView, parts: StartLinkParts): string {
  const t = view.texts
  const platform = platformName(view, parts.platform)
  const { account } = parts
  return accountPage(view, {
    account,
    tab: 'chats',
    body: html`<section class="card"><h2>${t('web.startLink.title', { platform })}</h2>
<ol class="steps"><li>${toTheBot(view, parts, platform)}</li>
<li><p>${t('web.startLink.agree', { username: account.username })}</p></li>
<li>${pinForm(view, parts)}</li></ol>
<p class="muted">${timeLeft(view, parts.until)}</p></section>
<div class="actions">${buttonForm(view, `/account/chats/${parts.platform}`, t('web.startLink.again'))}<a class="button small" href="/account/chats">${t('web.startLink.cancel')}</a></div>`,
  })
}

function toTheBot(view: PageView, { url, command }: StartLinkParts, platform: string): Html {
  const t = view.texts
  if (url === null) {
    return html`<p>${t('web.startLink.write', { platform })}</p>${copyField(view, t('web.startLink.command'), command)}`
  }
  return html`<p>${t('web.startLink.open', { platform })}</p>
<p><a class="button primary" href="${url}" target="_blank" rel="noreferrer noopener">${t('web.startLink.openButton', { platform })}</a></p>
<div class="desktop-only qr-card">${qrSvg(url, t('web.startLink.qrLabel', { platform }))}<p class="muted">${t('web.startLink.qr')}</p></div>`
}

function pinForm(view: PageView, { platform, fault }: StartLinkParts): Html {
  const t = view.texts
  return html`<form method="post" action="/account/chats/${platform}/pin" class="row pin-row">${hidden('_csrf', view.csrf)}
${inputField({
  name: 'pin',
  label: t('web.startLink.pin'),
  error: fault,
  inputmode: 'numeric',
  autocomplete: 'one-time-code',
  maxlength: 16,
  required: true,
  autofocus: fault !== undefined,
})}
<button class="primary">${t('web.startLink.finish')}</button></form>`
}
