import type { Account } from '#core/account.ts'
import type { ApiToken } from '#ports/store/accounts.ts'
import { buttonForm, checkbox, hidden, inputField, selectField } from './fields.ts'
import { type Html, html } from './html.ts'
import { banner, page } from './layout.ts'
import { timeTag } from './time.ts'
import type { PageView } from './view.ts'

export interface AccountParts {
  readonly account: Account
  readonly tokens: readonly ApiToken[]
  /** A token that was just made: shown once, never again. */
  readonly newToken?: string | undefined
  readonly flash?: string | undefined
  readonly fault?: string | undefined
  /** The form as filled in, where it was refused. */
  readonly displayName?: string | undefined
  readonly timeZone?: string | undefined
}

export function accountPage(view: PageView, parts: AccountParts): string {
  const t = view.texts
  const { account } = parts
  return page(view, {
    title: t('web.nav.account'),
    body: html`<header><h1>${account.displayName}</h1>
<p class="muted">@${account.username}${account.email && ` · ${account.email}`}</p></header>
${parts.flash && banner('done', parts.flash)}
${parts.fault && banner('error', parts.fault)}
<form method="post" action="/account" class="stack card">${hidden('_csrf', view.csrf)}
${inputField({ name: 'displayName', label: t('web.displayName'), value: parts.displayName ?? account.displayName, maxlength: 80, required: true, autocomplete: 'name', hint: t('web.displayNameHint') })}
${selectField({
  name: 'locale',
  label: t('web.language'),
  value: account.locale ?? '',
  choices: [
    { value: '', label: t('web.account.localeAuto') },
    { value: 'en', label: 'English' },
    { value: 'zh-CN', label: '简体中文' },
  ],
})}
${inputField({ name: 'timeZone', label: t('web.account.timeZone'), value: parts.timeZone ?? account.timeZone ?? '', list: 'zones', placeholder: 'Europe/Berlin', autocomplete: 'off', maxlength: 64, hint: t('web.account.timeZoneHint') })}
<datalist id="zones">${Intl.supportedValuesOf('timeZone').map((zone) => html`<option value="${zone}"></option>`)}</datalist>
${checkbox({ name: 'allowReplies', label: t('web.account.allowReplies'), checked: account.allowReplies })}
<button class="primary">${t('web.save')}</button></form>
${tokensSection(view, parts)}`,
  })
}

function tokensSection(view: PageView, { tokens, newToken }: AccountParts): Html {
  const t = view.texts
  return html`<section id="tokens"><h2>${t('web.tokens.title')}</h2><p class="muted">${t('web.tokens.lead')}</p>
${
  newToken &&
  html`<div class="banner done" role="status"><div><p>${t('web.tokens.once')}</p>
<span class="copy"><input readonly aria-label="${t('web.tokens.new')}" value="${newToken}" data-copy-source><button type="button" class="small" hidden data-copy data-copied="${t('web.copied')}">${t('web.copy')}</button></span></div></div>`
}
<ul class="list tokens">${tokens.map((token) => tokenLine(view, token))}</ul>
<form method="post" action="/account/tokens" class="row">${hidden('_csrf', view.csrf)}
${inputField({ name: 'name', label: t('web.tokens.name'), maxlength: 80, required: true, autocomplete: 'off' })}
<button>${t('web.tokens.create')}</button></form></section>`
}

function tokenLine(view: PageView, token: ApiToken): Html {
  const t = view.texts
  return html`<li class="token"><span><strong>${token.name}</strong><span class="muted">${t('web.tokens.made')} ${timeTag(view, token.createdAt)}${
    token.lastUsedAt !== null && html` · ${t('web.tokens.used')} ${timeTag(view, token.lastUsedAt)}`
  }</span></span>
${buttonForm(view, `/account/tokens/${token.id}/revoke`, t('web.tokens.revoke'), { kind: 'small danger-line' })}</li>`
}
