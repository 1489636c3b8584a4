import type { Account } from '#core/account.ts'
import { accountPage } from './account-frame.ts'
import { presentPassword } from './credentials-page.ts'
import { buttonForm, checkbox, hidden, inputField, selectField } from './fields.ts'
import { type Html, html } from './html.ts'
import { icon } from './icons.ts'
import { banner } from './layout.ts'
import type { PageView } from './view.ts'

export interface ProfileParts {
  readonly account: Account
  readonly hasPassword: boolean
  readonly flash?: string | undefined
  readonly fault?: string | undefined
  /** The form as filled in, where it was refused. */
  readonly displayName?: string | undefined
  readonly timeZone?: string | undefined
  /** The same of the mailbox. */
  readonly email?: { readonly value: string; readonly fault: string } | undefined
}

export function profilePage(view: PageView, parts: ProfileParts): string {
  return accountPage(view, {
    ...parts,
    tab: 'profile',
    body: html`${profileForm(view, parts)}${mailboxSection(view, parts)}`,
  })
}

function profileForm(view: PageView, parts: ProfileParts): Html {
  const t = view.texts
  const { account } = parts
  return html`<form method="post" action="/account" class="stack card">${hidden('_csrf', view.csrf)}
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
<button class="primary">${t('web.save')}</button></form>`
}

function mailboxSection(view: PageView, parts: ProfileParts): Html {
  const t = view.texts
  const { email } = parts.account
  return html`<section id="email" class="card"><h2>${t('web.email')}</h2>
${email === null ? html`<p class="muted">${t('web.email.none')}</p>` : mailbox(view, email, parts.account)}
${
  email === null || parts.email
    ? mailboxForm(view, parts)
    : html`<details><summary>${t('web.email.change')}</summary>${mailboxForm(view, parts)}</details>`
}</section>`
}

function mailbox(view: PageView, email: string, { emailVerifiedAt }: Account): Html {
  const t = view.texts
  const verified = emailVerifiedAt !== null
  return html`<p class="mailbox-name"><bdi>${email}</bdi> ${
    verified
      ? html`<span class="tag good">${icon('sent')}${t('web.email.verified')}</span>`
      : html`<span class="tag doubt">${t('web.email.unverified')}</span>`
  }</p>
${
  !verified &&
  html`<p class="muted">${t('web.email.open')}</p>${buttonForm(view, '/account/email/verify', t('web.email.sendAgain'))}`
}`
}

function mailboxForm(view: PageView, { account, email, hasPassword }: ProfileParts): Html {
  const t = view.texts
  const has = account.email !== null
  return html`<form method="post" action="/account/email" class="stack">${hidden('_csrf', view.csrf)}
${email && banner('error', email.fault)}
${inputField({
  name: 'email',
  id: 'new-email',
  label: t('web.email.address'),
  value: email?.value ?? '',
  type: 'email',
  autocomplete: 'email',
  maxlength: 254,
  required: !has,
  hint: has ? t('web.email.removeHint') : undefined,
})}
${hasPassword && presentPassword(view, { id: 'email-password', hint: t('web.email.passwordHint') })}
<button>${t(has ? 'web.email.save' : 'web.email.add')}</button></form>`
}
