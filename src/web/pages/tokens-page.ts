import type { Account } from '#core/account.ts'
import type { ApiToken } from '#ports/store/accounts.ts'
import { accountPage, copyField } from './account-frame.ts'
import { buttonForm, type FormFault, faultAt, faultBeside, hidden, inputField } from './fields.ts'
import { type Html, html } from './html.ts'
import { timeTag } from './time.ts'
import type { PageView } from './view.ts'

export interface TokensParts {
  readonly account: Account
  readonly tokens: readonly ApiToken[]
  /** A token that was just made: shown once, never again. */
  readonly newToken?: string | undefined
  readonly flash?: string | undefined
  readonly fault?: FormFault | undefined
  /** What was written as the name, where it was refused. */
  readonly name?: string | undefined
}

export function tokensPage(view: PageView, parts: TokensParts): string {
  const t = view.texts
  return accountPage(view, {
    ...parts,
    fault: faultBeside(parts.fault, ['name']),
    tab: 'tokens',
    body: html`<section><h2>${t('web.tokens.title')}</h2><p class="muted">${t('web.tokens.lead')}
<a href="/docs">${t('web.tokens.docs')}</a></p>
${
  parts.newToken &&
  html`<div class="banner done" role="status"><div class="stack"><p>${t('web.tokens.once')}</p>${copyField(view, t('web.tokens.new'), parts.newToken)}</div></div>`
}
<ul class="list tokens">${parts.tokens.map((token) => tokenLine(view, token))}</ul>
<form method="post" action="/account/tokens" class="row">${hidden('_csrf', view.csrf)}
${inputField({
  name: 'name',
  label: t('web.tokens.name'),
  value: parts.name,
  error: faultAt(parts.fault, 'name'),
  maxlength: 64,
  required: true,
  autocomplete: 'off',
  autofocus: parts.fault !== undefined,
})}
<button>${t('web.tokens.create')}</button></form></section>`,
  })
}

function tokenLine(view: PageView, token: ApiToken): Html {
  const t = view.texts
  return html`<li class="token"><span><strong>${token.name}</strong><span class="muted">${t('web.tokens.made')} ${timeTag(view, token.createdAt)}${
    token.lastUsedAt !== null && html` · ${t('web.tokens.used')} ${timeTag(view, token.lastUsedAt)}`
  }</span></span>
${buttonForm(view, `/account/tokens/${token.id}/revoke`, t('web.tokens.revoke'), { kind: 'small danger-line' })}</li>`
}
