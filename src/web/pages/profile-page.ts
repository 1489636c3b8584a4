import type { Account } from '#core/account.ts'
import { accountPage } from './account-frame.ts'
import { presentPassword } from './credentials-page.ts'
import {
  buttonForm,
  checkbox,
  type FormFault,
  faultAt,
  faultBeside,
  hidden,
  inputField,
  selectField,
} from './fields.ts'
import { type Html, html } from './html.ts'
import { icon } from './icons.ts'
import { banner } from './layout.ts'
import type { PageView } from './view.ts'

export interface FilledInProfile {
  readonly displayName: string
  readonly locale: string
  readonly timeZone: string
  readonly allowReplies: boolean
}

export interface ProfileParts {
  readonly account: Account
  readonly hasPassword: boolean
  readonly flash?: string | undefined
  readonly fault?: FormFault | undefined
  /** The form as filled in, where it was refused. */
  readonly filledIn?: FilledInProfile | undefined
  /** The same of the mailbox. */
  readonly email?: { readonly value: string; readonly fault: FormFault } | undefined
}

export function profilePage(view: PageView, parts: ProfileParts): string {
  return accountPage(view, {
    ...parts,
    fault: faultBeside(parts.fault, ['displayName', 'timeZone']),
    tab: 'profile',
    body: html`${profileForm(view, parts)}${mailboxSection(view, parts)}`,
  })
}

function profileForm(view: PageView, parts: ProfileParts): Html {
  const t = view.texts
  const { displayName, locale, timeZone, allowReplies } = parts.filledIn ?? parts.account
  return html`<form method="post" action="/account" class="stack card">${hidden('_csrf', view.csrf)}
${inputField({
  name: 'displayName',
  label: t('web.displayName'),
  value: displayName,
  error: faultAt(parts.fault, 'displayName'),
  maxlength: 80,
  required: true,
  autocomplete: 'name',
  autofocus: parts.fault?.field === 'displayName',
  hint: t('web.displayNameHint'),
})}
${selectField({
  name: 'locale',
  label: t('web.language'),
  value: locale ?? '',
  choices: [
    { value: '', label: t('web.account.localeAuto') },
    { value: 'en', label: 'English' },
    { value: 'zh-CN', label: '简体中文' },
  ],
})}
${inputField({
  name: 'timeZone',
  label: t('web.account.timeZone'),
  value: timeZone ?? '',
  error: faultAt(parts.fault, 'timeZone'),
  list: 'zones',
  placeholder: view.zoneKnown ? view.timeZone : 'Europe/Berlin',
  autocomplete: 'off',
  maxlength: 64,
  verbatim: true,
  autofocus: parts.fault?.field === 'timeZone',
  hint: t('web.account.timeZoneHint'),
})}
<datalist id="zones">${Intl.supportedValuesOf('timeZone').map((zone) => html`<option value="${zone}"></option>`)}</datalist>
${checkbox({ name: 'allowReplies', label: t('web.account.allowReplies'), checked: allowReplies })}
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
  const fault = faultBeside(email?.fault, ['email', 'password'])
  return html`<form method="post" action="/account/email" class="stack">${hidden('_csrf', view.csrf)}
${fault && banner('error', fault)}
${inputField({
  name: 'email',
  id: 'new-email',
  label: t('web.email.address'),
  value: email?.value ?? '',
  error: faultAt(email?.fault, 'email'),
  type: 'email',
  autocomplete: 'email',
  maxlength: 254,
  autofocus: email?.fault.field === 'email',
  required: !has,
  hint: has ? t('web.email.removeHint') : undefined,
})}
${
  hasPassword &&
  presentPassword(view, {
    id: 'email-password',
    error: faultAt(email?.fault, 'password'),
    autofocus: email?.fault.field === 'password',
    hint: t('web.email.passwordHint'),
  })
}
<button>${t(has ? 'web.email.save' : 'web.email.add')}</button></form>`
}
